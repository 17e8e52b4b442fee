"""Pages: signing in and out, set-up, own devices, accounts of staff."""
