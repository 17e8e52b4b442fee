"""Tables of indicators: values and tasks, buckets of places and times, runs."""
