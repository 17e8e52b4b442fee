"""公告、文章 and the site's own texts: versions that staff write and everybody reads.

A piece is a chain of versions; what is shown is the newest whose hour has come, unless the piece
was withdrawn after it. The texts that a site must have (privacy, accessibility, contact) begin
with the version that the package brings.
"""
