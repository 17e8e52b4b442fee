"""The public side of a district's zero-waste-city programme."""

__version__ = "0.1.0"
