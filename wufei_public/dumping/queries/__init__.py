"""Reads of cases: one case, what everyone sees, what officials have on the desk."""
