"""Writes: signing in and out, accounts, roles, set-up links."""
