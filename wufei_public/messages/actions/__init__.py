"""Deliver what leaves the house; keep what is read on the site."""
