"""Reads of the list."""
