"""Tables of the list: entries, what enterprises hand in, snapshots."""
