"""What each reader sees of cells, and the files that leave."""
