"""积分: a ledger of points, and what they are given for.

Each entry is both legs of one booking: from a book of the programme to a resident's account, or
back. A balance is the sum of its entries; a nightly proof recounts every one.
"""
