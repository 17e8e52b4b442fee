"""What people do with a case: submit, answer, decide, handle, release."""
