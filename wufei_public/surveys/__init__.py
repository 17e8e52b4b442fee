"""Surveys: estimates from a sample that somebody else can recompute and defend.

Answers are weighted to the known margins of the population; every share and mean carries
its standard error and interval; what rests on too few answers is not shown. All of it is
pure functions over plain values, checked against R's survey package (docs/surveys.md).
"""
