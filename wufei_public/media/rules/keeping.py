"""Where a photo's files lie, and for how long."""

from datetime import timedelta

QUARANTINE, PUBLIC, EVIDENCE = "quarantine", "renditions", "evidence"
PAPERS = "papers"
TRIES = 3
LEASE = timedelta(minutes=5)
# What was made within twice the lease may still be given to its row; after that it is made anew,
# and long before the sweep counts a file without a row as nobody's.
LATE = 2 * LEASE
ORPHAN = timedelta(hours=1)
UNCLAIMED = timedelta(hours=48)
# An original that cannot be opened helps nobody: long enough to look into what was wrong with it.
UNREADABLE = timedelta(days=7)
