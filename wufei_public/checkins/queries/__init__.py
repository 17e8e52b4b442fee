"""Reads: a resident's own check-ins, figures and boards."""
