"""Reads of values, of their sources below, and of tasks."""
