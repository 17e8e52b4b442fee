"""What people and the clock do with values and tasks."""
