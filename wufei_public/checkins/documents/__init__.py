"""Check-ins as people see them: one's own, and the boards."""
