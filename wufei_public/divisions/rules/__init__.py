"""Levels, names, tables, the directory, boundaries and proposals; nothing here reads or writes."""
