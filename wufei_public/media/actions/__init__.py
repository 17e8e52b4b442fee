"""Writes of photos: what features do, what the jobs process does for them."""
