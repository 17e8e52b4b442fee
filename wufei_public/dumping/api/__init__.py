"""/api/v1/dumping: reporting and following, what is public, the officials' desk."""
