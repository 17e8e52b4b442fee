"""What people do with accounts: sign in and out, invite, grant, end."""
