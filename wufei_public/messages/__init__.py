"""Messages that leave the house: the outbox's rows, carried out by the jobs process.

A message is written in the transaction of the change that causes it (`infra/outbox`).
This feature knows the channels and the sentences, tries again with growing pauses, and
parks what cannot be delivered.
"""
