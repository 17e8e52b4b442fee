"""Writes of the list."""
