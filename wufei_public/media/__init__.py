"""Photos: what may come in, what is kept of it, and who it belongs to.

A request checks a photo's structure and puts its bytes into a quarantine that is
never served. The jobs process makes the stripped renditions and deletes the original.
This room has no public route: features serve their own photos after their own policy.
"""
