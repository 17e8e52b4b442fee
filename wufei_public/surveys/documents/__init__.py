"""What leaves the surveys: figures as JSON, tables and workbooks, and pages as people see them."""
