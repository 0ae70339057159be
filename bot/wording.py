"""What a reply in words seems to mean: "done", "not mine", "need till Friday".  A guess, for one press to confirm."""

import re
from dataclasses import dataclass
from datetime import date

from bot.kit.words import plain, read_coming_day

_DONE = re.compile(
    r"(?:(?:yes|all|i|we|i've|we've|it'?s|it has been|that'?s|this is|have)[\s,]+)*"
    r"(?:done|finished|completed?|sorted)\b[\s,.:;-]*(.*)",
    re.IGNORECASE | re.DOTALL,
)
_NOT_DONE = re.compile(
    r"\b(?:not|isn'?t|haven'?t|hasn'?t|nothing|none|half|partly|nearly|almost|can'?t|cannot|won'?t|will|"
    r"when|once|as soon|if|until|unless|but|except|apart|pending|subject to|maybe|probably|hopefully)\b|\?",
    re.IGNORECASE,
)
_DOUBT = re.compile(  # only just after "done": later on these are part of what was done
    r"(?:\w+\W+)?(?:most|some|part|only|later|soon|tomorrow|next|think|error|mistake)\b", re.IGNORECASE
)
_NOT_MINE = re.compile(
    r"(?:(?:this|it|that)(?:'?s| is)?\s+)?(?:not|isn'?t)\s+(?:mine|me|for me|ours|us|my action|our action)\b"
    r"|wrong person\b",
    re.IGNORECASE,
)
_MORE_TIME = re.compile(
    r"(?:(?:i|we|can i|can we|could i|could we|please)\s+)*(?:will\s+)?(?:need|have|want)?\s*(?:it\s+)?"
    r"(?:more time)?\s*(?:till|until|til|by)\s+(.+)",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"(?:(?:i|we|can i|can we|could i|could we|please)\s+)*(?:need|have|want|get)?\s*more time(?:,?\s+please)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Meaning:
    """`event` is a step of the action lifecycle.  `certain`: nothing but the one word, so it may be taken at once."""

    event: str
    note: str = ""
    until: date | None = None
    certain: bool = False


def meaning(text: str, today: date) -> Meaning | None:
    line = text.replace("\u2019", "'").strip()
    if plain(line) in ("done", "done full stop"):
        return Meaning("say done", certain=True)
    if _NOT_MINE.match(line):
        return Meaning("contest", note=line)
    spaced = " ".join(line.split())  # thousands of spaces could be shared out in too many ways (TRUST.md T-66)
    if found := _MORE_TIME.fullmatch(spaced.rstrip(" .!")):
        until = read_coming_day(found[1].removesuffix("please").strip(" ,"), today)
        return Meaning("ask for more time", until=until) if until else None
    if _MORE.fullmatch(spaced.rstrip(" .!?")):
        return Meaning("ask for more time")
    if (found := _DONE.fullmatch(line)) and not _NOT_DONE.search(line) and not _DOUBT.match(found[1]):
        return Meaning("say done", note=found[1].strip())
    return None
