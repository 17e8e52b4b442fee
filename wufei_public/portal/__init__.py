"""The shell that residents and officials meet first: 首页, 我的, 公示, the staff home.

It owns no data. Each feature offers cards, menu entries and messages
(`infra/web/shell.py`), and these pages put them together.
"""
