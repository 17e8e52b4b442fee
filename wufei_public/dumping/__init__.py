"""随手拍: residents photograph illegal dumping, officials deal with it, everyone sees the end.

A report is a case with one state machine (`rules/states.py`), a second small one for
what the public may see (`rules/release.py`), clocks counted in working days, and an
event for every step. Nothing from a resident is public before an official released it.
"""
