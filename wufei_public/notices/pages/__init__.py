"""Pages of pieces: everybody's, the desk's, and what stands in the shell."""
