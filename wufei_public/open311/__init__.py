"""Open311 GeoReport v2: other programs report and read cases at `/open311/v2`.

The contract is that of open311.org; where its text is silent the choice is written in
`docs/open311.md`. A request is a case like any other: nothing of it goes out before an
official released it, and its position only as roughly as on the public map.
"""
