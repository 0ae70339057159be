"""The bot in a terminal: one line said by one of the demo's people, and the answer in words."""

from datetime import datetime

from bot.conversation import hear
from bot.kit.messages import to_text
from bot.replies import Line, Sender
from integrations.demo.people import PLATFORM, TENANT, people
from storage.database import Sessions


def say(sessions: Sessions, person: str, line: str, now: datetime) -> str:
    known = {handle: f"{post}, {agency}" for handle, post, agency, _ in people(sessions, now)}
    if person not in known:
        return "There is nobody called that. You can be:\n" + "\n".join(
            f"  {handle}: {words}" for handle, words in known.items()
        )
    reply = hear(sessions, Sender(PLATFORM, TENANT, person), Line(line, private=True), now)
    return to_text(reply.message) if reply.message else "That opens a form. Open it on the web page."
