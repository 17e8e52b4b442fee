"""Places and departments of one district: which there are, how to find them, where they lie.

A division is found by its national code, by name or pinyin, or from a position: in the
polygons that the operator has loaded, else by the nearest rough centre of a town. A
position only proposes; the resident or an official decides. Rows are never deleted.
"""
