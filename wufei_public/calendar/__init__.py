"""Working days of the country: days off, weekend days worked instead, known years.

The yearly notice of the State Council's General Office is data with its source and
whether somebody has compared it. A year without its notice is never guessed silently:
what is reckoned over it says that it is uncertain (`common.workdays`).
"""
