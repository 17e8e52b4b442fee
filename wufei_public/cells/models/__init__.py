"""Tables of cells: rounds and rubrics, applications, reviews, certificates."""
