"""What mace-bot can be told on its command line: a module each, and what they look at."""
