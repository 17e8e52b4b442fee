"""The privacy text to which residents say yes; another text is another version."""

# What the page /privacy says. Whoever changes its meaning writes the day here, and everybody
# is asked again when they next sign in (PIPL art. 14).
VERSION = "2026-11-28"
