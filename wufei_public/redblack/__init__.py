"""红黑榜: a public list of enterprises that deserve trust, and of those that broke it.

Due process is a table (`rules/states.py`) that the database holds too: no black entry without
a proven service, a time to answer, and two persons beside who proposed it. What is over is
over at its instant, whether a job ran or not (`rules/showing.py`).
"""
