"""States, clocks, kinds of waste: pure values and functions."""
