"""Which day a check-in counts for, streaks, schemes, periods of the boards."""
