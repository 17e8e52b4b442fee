"""What happens in the made-up year, and how it looks: nothing here touches a database."""
