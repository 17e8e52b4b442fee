"""Roles, permissions, codes, lockout, sending, sessions; nothing here reads or writes."""
