"""The board for everyone, the desk of officials."""
