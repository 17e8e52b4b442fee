"""Writes of the register."""
