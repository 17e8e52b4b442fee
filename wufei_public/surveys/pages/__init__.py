"""Pages of surveys: for who answers, who asks, who plans, who reads."""
