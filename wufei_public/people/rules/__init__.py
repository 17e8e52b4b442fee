"""Roles, permissions, codes, lockout, sessions; nothing here reads or writes."""
