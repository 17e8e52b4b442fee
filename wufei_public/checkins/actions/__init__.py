"""Writes: check-ins, profiles and household members, the recount of figures."""
