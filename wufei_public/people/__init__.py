"""Who uses the site: residents by phone, staff by password and second factor, roles.

Permissions stand in one table (`rules/permissions.py`); a grant gives a role within a
division subtree or a department.
"""
