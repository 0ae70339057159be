"""The words of every message: one template a notice, in a few elements with HTML names (bot/kit/messages.py)."""
