"""Reads: the dictionary, its rows for editors, what was missed, quiz rounds."""
