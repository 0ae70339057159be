"""What a reply in words seems to mean: "done", "it's the GP's", "need till Friday".

A small grammar and no model (DOMAIN.md E10): tables of phrases, and which of two says more.  In doubt it is "unclear",
and its writer is asked.  TRUST.md T-73: nothing is certain but the one word "done".
"""

from datetime import date

from bot.wording.cues import ALONE, CLAIMS, DOUBTS, SAYS, VAGUE
from bot.wording.kinds import Kind, Meaning
from bot.wording.own_words import own_words
from bot.wording.reasons import reason
from bot.wording.spelling import spelled
from bot.wording.until import asked_day
from bot.wording.whole import AS_TYPED, COURTESY, LEADING_DONE, ONLY_DONE, POSSESSIVE, QUESTION

MAY_ASK: set[Kind] = {"more time", "help", "not mine"}  # with a question mark, anything else is a question to us
LONG_ENOUGH: dict[Kind, int] = {"theirs": 1, "not mine": 4, "blocked": 3, "not possible": 4, "partly": 3, "not done": 5}
LONG_ENOUGH |= {"more time": 8}  # words: fewer say no more than the kind

# The first of two says more than the second.
BEATS: set[tuple[Kind, Kind]] = {
    *(("unclear", other) for other in SAYS if other not in ("unclear", "help")),
    ("unclear", "say done"),
    *(("help", other) for other in ("say done", "acknowledge", "not done", "unclear", "theirs", "blocked")),
    *(("theirs", other) for other in ("not mine", "acknowledge", "not done")),
    *(("not mine", other) for other in ("acknowledge", "not done")),
    *(("more time", other) for other in ("not done", "acknowledge", "partly", "say done")),
    *(("blocked", other) for other in ("not done", "acknowledge", "say done", "theirs", "not mine")),
    *(("not possible", other) for other in ("not done", "blocked", "say done", "partly")),
    *(("partly", other) for other in ("not done", "say done", "acknowledge", "blocked", "theirs")),
    *(("not done", other) for other in ("say done", "acknowledge")),
    ("acknowledge", "say done"),
}


def meaning(text: str, today: date) -> Meaning:
    words = own_words(text)
    if ONLY_DONE.fullmatch(words) and ".." not in words:
        return Meaning("say done", certain=True)
    flat = spelled(words)
    core = _core(flat)
    kinds = _kinds(words, flat, core)
    asks, until = asked_day(core, today, sure="more time" in kinds)
    asked = "?" in flat.split() or bool(QUESTION.match(core))
    kind = _strongest(kinds | ({"more time"} if asks else set()), asked=asked)
    because = reason(flat) if kind == "blocked" else None
    return Meaning(kind, _note(words, kind), until if kind == "more time" else None, because)


def _core(flat: str) -> str:
    """Without the courtesies at either end."""
    words = f"{flat} "
    if found := COURTESY.match(words):
        words = words[found.end() :]
    tail = " ".join(reversed(words.split())) + " "
    found = COURTESY.match(tail)
    return " ".join(reversed(tail[found.end() if found else 0 :].split()))


def _kinds(words: str, flat: str, core: str) -> set[Kind]:
    kinds = {kind for kind, pattern in SAYS.items() if pattern.search(flat)}
    kinds |= {kind for kind, pattern in ALONE.items() if pattern.fullmatch(core)}
    if POSSESSIVE.fullmatch(words.lower()):
        kinds.add("theirs")
    if reason(flat, alone=True):
        kinds.add("blocked")
    if _claims(flat):
        kinds.add("say done")
    return kinds


def _claims(flat: str) -> bool:
    doubted = DOUBTS.search(flat) or (VAGUE.search(flat) and not LEADING_DONE.match(flat))
    return bool(CLAIMS.search(flat)) and not doubted


def _strongest(kinds: set[Kind], *, asked: bool) -> Kind:
    left = [kind for kind in kinds if not any((other, kind) in BEATS for other in kinds)]
    if len(left) != 1 or (asked and left[0] not in MAY_ASK):
        return "unclear"
    return left[0]


def _note(words: str, kind: Kind) -> str:
    """Their own words, where they say more than the kind does."""
    if kind == "say done":
        said = AS_TYPED.match(words)
        rest = words[said.end() :] if said else words
        return rest if _core(spelled(rest)) and len(rest.split()) > (0 if said else 3) else ""
    return words if len(words.split()) >= LONG_ENOUGH.get(kind, 10_000) else ""


__all__ = ["Kind", "Meaning", "meaning"]
