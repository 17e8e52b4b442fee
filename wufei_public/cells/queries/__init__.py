"""Reads of cells."""
