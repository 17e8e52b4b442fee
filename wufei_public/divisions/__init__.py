"""Places and offices: province to village, towns on their tile map, departments.

Codes are the national statistical ones. The lists are files (`data/`, or the
operator's own); no place's name stands in code or templates.
"""
