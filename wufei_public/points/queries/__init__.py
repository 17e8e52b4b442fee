"""Reads: balances and entries, rewards and redemptions, the proof of the ledger."""
