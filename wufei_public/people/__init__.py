"""Who is here: residents by phone and one-time code, staff by password and authenticator.

Roles and their scopes are granted per account; the one table of permissions stands in
`rules/permissions.py`. Phone numbers are sealed and found by a keyed index. Nothing a
caller could learn from an answer says whether a phone or a user name is known here.
"""
