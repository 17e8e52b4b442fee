"""Writes: the dictionary and its misses, quiz rounds."""
