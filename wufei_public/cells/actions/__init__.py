"""What people do with applications, rounds, scores and certificates."""
