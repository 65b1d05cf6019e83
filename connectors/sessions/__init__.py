"""What the bot remembers between two messages, in Redis: sessions, answers, the inbox, late replies."""
