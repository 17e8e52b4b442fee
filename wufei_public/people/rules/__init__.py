"""Roles, permissions, limits of sign-in: pure values and functions."""
