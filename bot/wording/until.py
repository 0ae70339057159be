"""The later day that a reply asks for or promises."""

import re
from datetime import date
from itertools import islice

from bot.kit.days import days_said
from bot.wording.cues import CLAIMS, cue

# Just before a day these make it the day until which time is asked for.
LEADS = re.compile(
    r"(?:by|until|untill|till|til|needs?|to|back|back on|extension|give me|say|another|cob|eop|thing|play|business"
    r"|business on|play on|before|for|in|after"
    r"|back to school on|return on|do it|do this) (?:the |a )?"
)
LONGEST_LEAD = 24
OTHER_DAY = cue("meetings?  panel  conference  strat  court  hearing  what time  when is")
FEW = 5  # words beside the day: it is what the reply is about
MOST_DAYS = 6  # dateparser takes its time
LATEST = 190  # days: a date without a year that comes again later than this has gone by


def asked_day(core: str, today: date, *, sure: bool) -> tuple[bool, date | None]:
    """Whether a day is asked for, and which; None: there is no such day, or more than one.  `sure`: other words ask."""
    said = list(islice(days_said(core, today), MOST_DAYS))
    led = [(start, day) for start, day in said if _is_led(core, start)]
    if not led and (sure or (said and _is_all(core, len(said)))):
        led = said
    days = {day for _, day in led}
    day = days.pop() if len(days) == 1 else None
    return bool(led), day if day and 0 < (day - today).days < LATEST else None


def _is_led(core: str, start: int) -> bool:
    before = core[max(0, start - LONGEST_LEAD) : start]
    words = before.split()[-4:]
    return any(LEADS.fullmatch(" ".join(words[at:]) + " ") for at in range(len(words)))


def _is_all(core: str, days: int) -> bool:
    return len(core.split()) <= FEW + 3 * days and not CLAIMS.search(core) and not OTHER_DAY.search(core)
