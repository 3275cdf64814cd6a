"""What people say about records, and who hears of it."""
