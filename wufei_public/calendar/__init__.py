"""The official holiday calendar: days off and make-up working days, year by year.

Each year follows a notice of the State Council. A year without a notice is known as
such, so that deadlines that cross it can say that they may still move.
"""
