"""Pages of cells: for units, officers, experts and everyone."""
