"""指标: what the plan promises, what was reached, and where each figure comes from.

Definitions and tasks are data of a plan; values are drafted by a job or a department, published
by a second person and never changed afterwards: a correction is another version.
"""
