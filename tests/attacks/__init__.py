"""Attacks that were tried, each a test; docs/security.md says which."""
