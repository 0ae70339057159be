"""What invented people press when they read it, and how likely that is."""

from collections.abc import Sequence
from random import Random

# Of those who read a button, who presses it: of a row, at most one.
PRESSED = {
    "Done": 0.5,
    "I need more time": 0.12,
    "Not mine": 0.04,
    "Confirm it is done": 0.8,
    "Send it back": 0.1,
    "Give it to a post": 0.9,
    "Agree": 0.6,
    "Keep the date": 0.3,
    "Take it": 0.95,
    "Acknowledge it": 0.9,
    "Hand it over": 0.8,
    "It is on": 0.3,
    "Say how it was settled": 0.3,
    "Tell them": 0.6,
    "Show me who": 0.7,
    "Show me who and why": 0.4,
}


def pressed(row: Sequence[tuple[str, str]], odds: Random) -> str:
    left = odds.random()
    for label, line in row:
        left -= PRESSED.get(label, 0)
        if left < 0:
            return line
    return ""
