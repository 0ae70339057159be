"""The words of a reply as the grammar reads them: small letters, no apostrophes, slips of the finger put right."""

import re

TOKEN = re.compile(r"\d+(?:[./-]\d+)*[a-z%]*|[^\W_]+(?:[/&-][^\W_]+)*|\.{2,}|…|[.,?!;:]|[-–—\n(]|[^\w\s]")
SIGNS = {"…": "...", ";": ".", "\n": ".", "(": ",", "-": ",", "–": ",", "—": ",", ":": ",", "!": "."}
KNOWN = (
    "done",
    "mine",
    "completed",
    "complete",
    "finished",
    "sorted",
    "actioned",
    "blocked",
    "waiting",
    "possible",
    "until",
)
OTHER_WORDS = {"mien", "node", "dine", "stored", "complete", "done", "mine"}
SHORT = {
    **dict.fromkeys(("pls", "plz", "plse"), "please"),
    "ive": "i have",
    "weve": "we have",
    "cannot": "cant",
    "no-one": "noone",
    "anymore": "any more",
    **dict.fromkeys(("thx", "thanx", "tks", "ty"), "thanks"),
    "dnt": "dont",
}
APART = re.compile(r"\b(is|has|have|are|did|do|does|was|were|could|would|should|ca|wo) n[o']t\b")
TOGETHER = (
    (re.compile(r"\bcan not\b"), "cant"),
    (re.compile(r"\bno one\b"), "noone"),
    (re.compile(r"\bwill not\b"), "wont"),
    (APART, r"\1nt"),
)


def _slips(word: str) -> set[str]:
    """Two letters changed places, one twice, or (in a long word) one left out."""
    swapped = {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)}
    doubled = {word[:at] + word[at] + word[at:] for at in range(len(word))}
    missed = {word[:at] + word[at + 1 :] for at in range(1, len(word))} if len(word) > 6 else set()
    return swapped | doubled | missed


SLIPS = {slip: word for word in KNOWN for slip in _slips(word) if slip not in OTHER_WORDS}


def spelled(text: str) -> str:
    """Words and stops with one space between them."""
    flat = " ".join(_word(found[0]) for found in TOKEN.finditer(text.casefold().replace("'", "")))
    for pattern, word in TOGETHER:
        flat = pattern.sub(word, flat)
    return flat


def _word(token: str) -> str:
    return SIGNS.get(token) or SHORT.get(token) or SLIPS.get(token) or token
