"""Statistics of sample surveys in plain Python; docs/surveys.md has formulas and sources."""
