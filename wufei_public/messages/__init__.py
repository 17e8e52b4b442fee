"""Messages that leave the house: takes rows from the outbox and delivers them.

In a trial the console gateway writes a one-time code into the log; a real gateway is a
setting. What cannot be delivered is tried again with growing pauses and then parked.
"""
