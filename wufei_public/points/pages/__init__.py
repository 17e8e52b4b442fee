"""Pages of points: the resident's own, the rewards' keepers, the clerk who hands out."""
