"""Pages: the daily check-in, home and household, boards, the officials' figures."""
