"""打卡: who has sorted today, once per person and district day.

A check-in is honest about its day: the server's clock, or a day that the phone claims between
a signed opening of the page and its arrival. Figures are recounted from the rows that changed.
"""
