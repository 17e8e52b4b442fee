"""A case as its readers see it: the public, the reporter, the official."""
