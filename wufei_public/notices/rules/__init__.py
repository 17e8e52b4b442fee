"""Rules of pieces: how they are written, and which version is shown."""
