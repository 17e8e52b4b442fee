"""The board, the pages of indicators and what leaves as open data."""
