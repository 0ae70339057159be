"""What somebody wrote themselves: without what was quoted, the signature, and the stops they dictated."""

import re

ABOVE_QUOTE = re.compile(r"on .{6,200} wrote:|.{0,200}@.{0,200} wrote:", re.IGNORECASE)
BELOW_IS_OLD = re.compile(r"(?:from|sent): .*|[-_]{2,} ?(?:original message|forwarded message)?[-_ ]*", re.IGNORECASE)
BY_PHONE = re.compile(r"(?:sent (?:from|via|with)|get outlook for) .*", re.IGNORECASE)
SIGN_OFF = re.compile(
    r"(?:(?:kind|best|warm|many|with) )?(?:regards|wishes|thanks|cheers|thank you|ta|br|kr|bw|best)[,.! ]*",
    re.IGNORECASE,
)
POST = r"(?:nurse|lead|officer|worker|manager|teacher|head|practitioner|coordinator|social|school|team|unit|services?)"
NAME_LINE = re.compile(rf"[A-Z0-9+(][^\s]*(?: (?:[A-Z0-9|,&-][^\s]*|and|of|for|the|at|in|{POST},?))*")
NO_NAME = re.compile(
    r"\b(?:no|not|but|except|never|half|part|partly|almost|nearly|tomorrow|later|soon|if|when|until|still|maybe|sorry|only"
    r"|done|nope|hopefully|need|next|some|most)\b",
    re.IGNORECASE,
)
LONGEST_SIGNATURE = 6  # lines

SPOKEN = (
    (re.compile(r"\s?\bfull ?stop\b", re.IGNORECASE), "."),
    (re.compile(r"\s?\bquestion mark\b", re.IGNORECASE), "?"),
    (re.compile(r"\s?\bexclamation mark\b", re.IGNORECASE), "!"),
    (re.compile(r"\s?\bcomma\b", re.IGNORECASE), ","),
    (re.compile(r"\s?\bnew (?:line|paragraph)\b", re.IGNORECASE), "\n"),
)


def own_words(text: str) -> str:
    lines = [line.strip() for line in text.replace("\u2019", "'").splitlines()]
    mine = "\n".join(_unsigned(_unquoted(lines)))
    for spoken, sign in SPOKEN:
        mine = spoken.sub(sign, mine)
    return mine.strip()


def _unquoted(lines: list[str]) -> list[str]:
    """Answers stand above the quote, or below it; then each line of it has its mark."""
    kept: list[str] = []
    for at, line in enumerate(lines):
        if BELOW_IS_OLD.fullmatch(line) or (_starts_quote(lines, at) and any(kept)):
            break
        if not line.startswith(">") and not _starts_quote(lines, at) and not BY_PHONE.fullmatch(line):
            kept.append(line)
    return [line for line in kept if line]


def _starts_quote(lines: list[str], at: int) -> bool:
    """The line that says who wrote what follows; clients break it in two."""
    return any(ABOVE_QUOTE.fullmatch(one) for one in (lines[at], " ".join(lines[at : at + 2])))


def _unsigned(lines: list[str]) -> list[str]:
    """Under "Regards" nothing but names, posts and numbers: a word of doubt there is no signature."""
    for at, line in enumerate(lines[1:], 1):
        below = lines[at + 1 :]
        if SIGN_OFF.fullmatch(line) and len(below) <= LONGEST_SIGNATURE and all(_is_name(one) for one in below):
            return lines[:at]
    return lines


def _is_name(line: str) -> bool:
    return bool(NAME_LINE.fullmatch(line)) and not NO_NAME.search(line) and "?" not in line
