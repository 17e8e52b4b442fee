"""Pages of messages: a person's inbox, what could not be delivered, how messages read."""
