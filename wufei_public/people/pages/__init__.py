"""Pages of sign-in, own sessions, and staff accounts."""
