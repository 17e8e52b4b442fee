"""What comes in from forms and JSON, and what JSON goes out."""
