"""What people do with surveys: load questionnaires, plan waves, answer, decide."""
