"""The one register of organisations: schools, hotels, enterprises, village committees.

Each has a unified social credit code (GB 32100) and sites; residents represent it once that
is proven (`rules/memberships.py`). Other features refer to `organisation.id` and `site.id`
by foreign key, read through `queries`, and ask `queries.memberships.represents` who may act.
"""
