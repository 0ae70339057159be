"""What people would answer to a reminder, written down before anything reads it."""
