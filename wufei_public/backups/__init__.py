"""Backups: database and photos, taken while the site writes, restored whole or not at all.

A backup is a folder named by its instant, with the database and a manifest; photos lie in one
pool beside, by content, so that each is copied once however many backups name it. Keys are
never in it: they leave only under a passphrase (`flask keys backup`).
"""
