"""What is worth how many points, and when; how a booking reads."""
