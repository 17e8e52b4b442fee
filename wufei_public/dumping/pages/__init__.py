"""Pages: reporting and following one's report, the public cases, the officials' desk."""
