"""Which post a tracker means by "Sam (NHS)", "CSC" or "named nurse": the one that fits, or the nearest."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from bot.kit.words import plain, tidy

LITTLE = {"the", "of", "and", "for", "to", "a", "at", "in", "from", "with", "mr", "mrs", "ms", "miss", "dr", "ds", "dc"}
LITTLE |= {"di", "dci", "pc", "insp", "sgt", "supt", "lead", "rep", "team", "service", "services", "trust", "council"}
# what agencies are called -> what their names have in them
SHORT: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("csc", "cs", "cypsc", "sw", "socialcare", "social", "asc"), ("social", "children's services")),
    **dict.fromkeys(("met", "mps", "police", "cid", "cse", "bcu"), ("police",)),
    **dict.fromkeys(("nhs", "health", "icb", "ccg", "camhs", "hospital"), ("nhs", "health", "hospital", "camhs")),
    **dict.fromkeys(("yos", "yjs", "yot"), ("youth offending", "youth justice", "yos", "yjs")),
    **dict.fromkeys(("school", "education", "edu", "dsl"), ("school", "academy", "college", "education")),
    **dict.fromkeys(("vcs", "charity", "voluntary"), ("charity", "voluntary")),
    **dict.fromkeys(("la", "council", "lba"), ("council",)),
    **dict.fromkeys(("housing", "ha"), ("housing", "homes")),
}
CLOSE = 0.84  # a slip of the keyboard in an otherwise right name
SHOWN = 3
NOBODY = "No post is called “{}”. Nearest: {}."
SEVERAL = "“{}” could be {}. Choose one."
EMPTY = "It does not say who does it."


@dataclass(frozen=True)
class Known:
    """A post, and who holds it."""

    id: int
    title: str
    agency: str
    holder: str = ""

    @property
    def words(self) -> str:
        return f"{self.title}, {self.agency}"

    def names(self) -> set[str]:
        """All that it is called as a whole."""
        both = {self.words, f"{self.title} {self.agency}", f"{self.agency} {self.title}"}
        return {plain(one) for one in {*both, self.title, self.agency, self.holder} if one}

    def parts(self) -> set[str]:
        """All words that may stand for a part of it."""
        own = _words(f"{self.title} {self.agency} {self.holder}", all_of_them=True)
        initials = "".join(word[0] for word in plain(self.agency).split())
        short = {one for one, long in SHORT.items() if any(name in plain(self.agency) for name in long)}
        return own | short | ({initials} if len(initials) > 2 else set())


@dataclass(frozen=True)
class Match:
    """The post; or what is to be decided, in words."""

    post: Known | None = None
    why: str = ""
    said: str = ""


@dataclass
class Posts:
    """The posts of a partnership, and what was chosen before for a name that fits none of them by itself."""

    known: Sequence[Known]
    chosen: dict[str, int] = field(default_factory=dict)
    _found: dict[str, Match] = field(default_factory=dict)

    def match(self, owner: str, agency: str) -> Match:
        name = called(owner, agency)
        if name not in self._found:
            self._found[name] = self._match(name, owner, agency)
        return self._found[name]

    def _match(self, name: str, owner: str, agency: str) -> Match:
        if not name:
            return Match(why=EMPTY)
        if before := next((post for post in self.known if post.id == self.chosen.get(name)), None):
            return Match(before)
        fit = self._whole(owner, agency) or self._in_part(owner, agency)
        if len(fit) == 1:
            said = "" if plain(owner) in fit[0].names() else f"“{name}” is read as {fit[0].words}."
            return Match(fit[0], said=said)
        if fit:
            return Match(why=SEVERAL.format(name, _listed(fit)))
        return Match(why=NOBODY.format(name, _listed(self._nearest(name)) or "none"))

    def _whole(self, owner: str, agency: str) -> list[Known]:
        """By its name or its holder's, in their agency if one is given."""
        fit = [post for post in self.known if plain(tidy(owner)) in post.names()]
        within = [post for post in fit if not agency or _words(agency) & post.parts()]
        return within if len(within) == 1 or not fit else fit

    def _in_part(self, owner: str, agency: str) -> list[Known]:
        """Every word has to mean something of it."""
        words = _words(f"{owner} {agency}")
        return [post for post in self.known if words and all(_is_in(word, post.parts()) for word in words)]

    def _nearest(self, name: str) -> list[Known]:
        def likeness(post: Known) -> float:
            shared = len(_words(name) & post.parts())
            return shared + max(SequenceMatcher(None, plain(name), one).ratio() for one in post.names())

        return sorted(self.known, key=likeness, reverse=True)[:SHOWN]


def called(owner: str, agency: str) -> str:
    """As the tracker calls them: what is chosen for one such name is chosen for all."""
    return ", ".join(filter(None, (" ".join(tidy(one).split())[:80] for one in (owner, agency))))


def _words(text: str, *, all_of_them: bool = False) -> set[str]:
    words = set(re.findall(r"[\w']+", plain(tidy(text))))
    small = words - LITTLE
    return words if all_of_them or not small else small


def _is_in(word: str, parts: set[str]) -> bool:
    return word in parts or (len(word) > 4 and any(SequenceMatcher(None, word, one).ratio() >= CLOSE for one in parts))


def _listed(posts: Sequence[Known]) -> str:
    more = [f"and {len(posts) - SHOWN} more"] if len(posts) > SHOWN else []
    return "; ".join([*(post.words for post in posts[:SHOWN]), *more])
