"""What the bot says and asks: content that administrators edit, and the pure kernel that runs it."""
