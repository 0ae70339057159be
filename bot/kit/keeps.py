"""For how many days what is kept (TRUST.md 3.6): the defaults are safe, and MACE_KEEP_DAYS changes them."""

import re
from dataclasses import asdict, dataclass, replace

ODD = (
    "MACE_KEEP_DAYS says for how many days what is kept, like: requests=30 letters=90. It knows {}. "
    "Each is 1 or more, chat is 30 at most, and talk is no shorter than chat."
)
LONGEST_IN_CHAT = 30
LONGEST = 36_500


@dataclass(frozen=True)
class Keeps:
    """In days."""

    chat: int = 7
    requests: int = 30
    talk: int = 30
    proposals: int = 30
    drafts: int = 3
    letters: int = 90
    visits: int = 365
    ledger: int = 365
    referrals: int = 730
    actions: int = 2557
    cases: int = 2557
    transfers: int = 2557


SAFE = Keeps()


def keeps_from(text: str) -> Keeps:
    """Or ValueError, with a sentence for whoever runs the installation."""
    given = [re.fullmatch(r"([a-z]+)=([0-9]{1,5})", one) for one in text.split()]
    changed = {found[1]: int(found[2]) for found in given if found}
    odd = len(changed) < len(given) or not changed.keys() <= asdict(SAFE).keys()
    if odd or not _are_sound(made := replace(SAFE, **changed)):
        raise ValueError(ODD.format(", ".join(asdict(SAFE))))
    return made


def _are_sound(keeps: Keeps) -> bool:
    """What is not there any more cannot be replaced: what is said on the page stays for as long as details in chat."""
    return keeps.chat <= min(LONGEST_IN_CHAT, keeps.talk) and all(
        0 < days <= LONGEST for days in asdict(keeps).values()
    )
