"""What the readers of the list see, and the files that leave."""
