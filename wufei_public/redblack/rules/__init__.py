"""Rules of the list: states, clocks, what is shown, names, snapshots."""
