"""Taking, checking and restoring."""
