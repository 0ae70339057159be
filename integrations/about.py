"""What Slack and Teams are told about the bot before anybody uses it: the same in both."""

from bot.commands import BY_NAME
from bot.tables import Command

NAME = "MACE bot"
SHORT = "Refer a child, answer reminders and follow case transfers, in a private chat."
LONG = (
    "MACE bot is for the members of a multi-agency child exploitation panel (MACE). With it you refer a child by a "
    "short form, answer reminders about what your agency agreed to do, and ask where a case transfer is. Coordinators "
    "also plan meetings, send agendas, and see which messages did not arrive.\n\n"
    "It works in a private chat with each person. No message holds a child's name, initials, school or story. "
    "If a child is in danger now, call 999: do not wait for the bot."
)
COLOUR = "#12394f"  # the web page's, too

# At most ten, as Teams shows; what everybody on a panel says in an ordinary week, and needs no reference for.
MENU = ("refer", "resume", "mine", "done", "more time", "not mine", "transfer", "my transfers", "help")


def offered() -> list[Command]:
    return [BY_NAME[name] for name in MENU]
