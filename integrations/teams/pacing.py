"""How often Teams may be called, as Microsoft publishes it for bots: in a conversation, and in a tenant."""

from datetime import timedelta

from bot.kit.pace import Calls, Limit, Pace

SEND = "activities"
SECOND = timedelta(seconds=1)
LIMITS = (
    Limit(SEND, 7, SECOND, each=True),
    Limit(SEND, 8, 2 * SECOND, each=True),
    Limit(SEND, 60, 30 * SECOND, each=True),
    Limit(SEND, 1800, timedelta(hours=1), each=True),
    Limit(SEND, 50, SECOND),
)


def teams_pace() -> Pace:
    """Ten at once: the SDK's client is httpx, which gets slow beyond that (RELIABILITY.md 4)."""
    return Pace(LIMITS, Calls(send=(SEND,), change=(SEND,)), at_once=10)
