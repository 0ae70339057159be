"""The same thing elsewhere: the JSON that another platform would be sent, and what to draw of JSON that was changed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from integrations.web.showing import Shown
from integrations.web.stage import Elsewhere

DEEPEST = 40  # parts within parts; what the bot sends has some 15
MOST = 500  # parts of one list that are drawn; what the bot sends has fewer

NOT_JSON = "Line {line}, character {column} is not JSON. Look there for a comma, bracket or quotation mark to mend."
NOT_READ = "I cannot read this JSON. Make it shorter, with fewer parts within parts."
NOTHING = "There is nothing to draw in this. Put in a message between { and }, or start again."


@dataclass(frozen=True)
class Picture:
    """The JSON for one platform as text, and what was read in it; or what is wrong with it."""

    platform: Elsewhere
    written: str
    payloads: Sequence[Any] = ()
    problem: str = ""


def pictures(platforms: Sequence[Elsewhere], shown: Shown | None) -> list[Picture]:
    return [drawn_from(one, sent(one, shown)) for one in platforms] if shown else []


def sent(platform: Elsewhere, shown: Shown) -> str:
    """What the platform would be sent: one call, or a list of several."""
    messages = platform.message(shown.message) if shown.message else []
    calls = [*messages, *([platform.page(shown.page)] if shown.page else [])]
    return json.dumps(calls[0] if len(calls) == 1 else calls, ensure_ascii=False, indent=2)


def drawn_from(platform: Elsewhere, written: str) -> Picture:
    """From the very text that is shown: whoever changes it changes the picture."""
    try:
        given = json.loads(written)
    except json.JSONDecodeError as wrong:
        return Picture(platform, written, problem=NOT_JSON.format(line=wrong.lineno, column=wrong.colno))
    except (ValueError, RecursionError):  # a number of a thousand digits, or a thousand brackets
        return Picture(platform, written, problem=NOT_READ)
    calls = given if isinstance(given, list) else [given]
    problem = NOT_READ if _is_deep(given, DEEPEST) else "" if any(calls) else NOTHING
    return Picture(platform, written, () if problem else calls[:MOST], problem)


def _is_deep(value: Any, left: int) -> bool:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return not left or any(_is_deep(one, left - 1) for one in inside)


# --- what the templates ask of a part of it, which may be any JSON ----------------------------------------------------


def get(part: Any, name: str) -> Any:
    return part.get(name) if isinstance(part, Mapping) else None


def text(part: Any, name: str) -> str:
    value = get(part, name)
    return value if isinstance(value, str) else ""


def several(part: Any, name: str) -> list[Any]:
    value = get(part, name)
    return value[:MOST] if isinstance(value, list) else []
