"""Writes: bookings, rewards, redemptions, what becomes of points when an account ends."""
