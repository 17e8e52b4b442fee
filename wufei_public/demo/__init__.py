"""A demonstration: a made-up year of use, so that a visitor finds a site that lives.

Only where the mode is demo, and only in a database that held nothing before. Each feature
adds its share to the tuple of fillers (actions/fill.py); what is written is what the
feature's own actions would have written, and a test compares the two.
"""
