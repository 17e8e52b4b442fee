"""Reads: sessions, accounts, and what is sealed under the house's keys."""
