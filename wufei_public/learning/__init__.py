"""分类查询 and reading: which bin a thing goes into, short articles, the daily quiz.

The dictionary is package data that editors correct on the staff pages; the phone keeps the
whole of it and answers by itself, also without a network.
"""
