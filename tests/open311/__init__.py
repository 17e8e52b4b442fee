"""Open311 GeoReport v2, against the rules, a client of its own, and that of others."""
