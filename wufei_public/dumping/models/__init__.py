"""Tables of cases: the case, its photos and events, opinions, routing rules, counts."""
