"""mace-bot keys: a file of keys, one more key in it, what lies sealed with which, and sealing it again."""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from integrations.settings import UnsafeSetting
from integrations.tracker import opened_tracker
from storage.database import Sessions, check_database, engine_of
from storage.keys import Keys, UnusableKeys, add_key, new_keys
from storage.records.base import keys_of

ROUNDS = 5  # through the tracker, as long as there is something to do: others may be changing it
PAUSE = 0.02  # seconds between two transactions, in which people get their turn
NO_FILE = (
    "Set MACE_KEYS_FILE to your file of keys: without it, what is sealed is sealed with a key that anybody can read."
)
KEEP_A_COPY = "Keep a copy apart from the database: without it nobody can ever read what the database holds."
MADE = "{} holds a new key. Set MACE_KEYS_FILE to it.\n" + KEEP_A_COPY
ADDED = (
    "{} holds key {} as well. Copy the file to every machine that runs the bot, and to where you keep it.\n"
    "Then start every process of the bot again, and then: mace-bot keys rotate"
)
DONE = "Sealed again with key {}: {}."
NOTHING = "Everything is sealed with key {} already. For a newer one: mace-bot keys new --add FILE"
LEFT = (
    "Not sealed again yet: {}. Somebody was changing them, or a process does not have the new key. Start every process "
    "of the bot again, then say this again."
)
CLOSED = "Opened by none of these keys: {} in {}. Keep all keys, and put back the one that sealed them."
SEALS = "What is new is sealed with it."
TO_DO = "To seal them again with key {}: mace-bot keys rotate"
STAYS = "It stays in the file: the marks by which the same child is found are made with it."
PROVES = "It stays in the file: entries of the audit are proved with it."
MAY_GO = "Once you keep no backup that was made before today, and every process was started again, remove its line."
UNKNOWN = "It is not in the file, so they cannot be opened. Put it back."
NEVER = "Never sealed: {}. Ask us for help."


def add_keys(verbs: Any) -> None:
    keys = verbs.add_parser("keys", help="what seals the database").add_subparsers(required=True, metavar="COMMAND")
    new = keys.add_parser("new", help="make a file of keys, or add a newer key to it")
    where = new.add_mutually_exclusive_group(required=True)
    where.add_argument("--out", type=Path, metavar="FILE", help="the file to write")
    where.add_argument("--add", type=Path, metavar="FILE", help="the file that gets one more key")
    new.set_defaults(run=_new)
    status = keys.add_parser("status", help="say which keys there are, how old they are, and what lies under each")
    status.set_defaults(run=_status)
    rotate = keys.add_parser("rotate", help="seal everything again with the newest key, while the bot runs")
    rotate.set_defaults(run=_rotate)


def _new(arguments: argparse.Namespace) -> None:
    today = datetime.now(UTC).date()
    if arguments.add is None:
        _write(arguments.out, new_keys(made_on=today))
        print(MADE.format(arguments.out))
        return
    try:
        number = add_key(arguments.add, today)
    except UnusableKeys as problem:
        raise UnsafeSetting(str(problem)) from None
    print(ADDED.format(arguments.add, number))


def _write(out: Path, text: str) -> None:
    try:
        with out.open("x") as file:
            file.write(text)
    except FileExistsError:
        raise UnsafeSetting(f"{out} is there already. What is sealed with it needs it: keep it.") from None
    except OSError:
        raise UnsafeSetting(f"{out} cannot be written. Check that its folder exists and is yours.") from None


# --- what lies under which --------------------------------------------------------------------------------------------


def _status(_arguments: argparse.Namespace) -> None:
    """Exit code 1 if something cannot be opened."""
    from storage.resealing import lying, proving

    with opened_tracker() as sessions:
        keys, found, proves = _own_keys(sessions), lying(sessions), proving(sessions)
    under = sum(found.values(), Counter[int]())
    print("\n".join(line for number in sorted({*keys.roots, *under}) for line in _one(number, keys, found, proves)))
    sys.exit(1 if under.keys() - keys.roots.keys() else 0)


def _one(number: int, keys: Keys, found: Mapping[str, Counter[int]], proves: set[int]) -> Iterator[str]:
    from bot.kit.words import day_in_words

    places = {place: counts[number] for place, counts in found.items() if counts[number]}
    count = _values(sum(places.values()))
    if number:
        made_on = keys.made_on.get(number)
        yield f"Key {number}{f', made on {day_in_words(made_on)}' if made_on else ''}: {count}."
    else:
        yield NEVER.format(count)
    yield from (f"  {many:,} in {place}" for place, many in places.items())
    if number:
        yield f"  {_what_next(number, keys, proves, empty=not places)}"


def _what_next(number: int, keys: Keys, proves: set[int], *, empty: bool) -> str:
    if number not in keys.roots:
        return UNKNOWN
    if number == keys.newest:
        return SEALS
    if not empty:
        return TO_DO.format(keys.newest)
    if number in proves:
        return PROVES
    return STAYS if number == min(keys.roots) else MAY_GO


def _own_keys(sessions: Sessions) -> Keys:
    check_database(sessions)
    keys = keys_of(engine_of(sessions).dialect)
    if keys.path is None:
        raise UnsafeSetting(NO_FILE)
    return keys


# --- sealing it again -------------------------------------------------------------------------------------------------


def _rotate(_arguments: argparse.Namespace) -> None:
    """Exit code 1 if something is not sealed with the newest key in the end."""
    from storage.resealing import lying

    with opened_tracker() as sessions:
        newest = _own_keys(sessions).newest
        done, closed = _resealed(sessions)
        under = sum(lying(sessions).values(), Counter[int]())
    left = max(0, under.total() - under[newest] - closed.total())
    print("\n".join(_told(newest, done, closed, left)))
    sys.exit(1 if left or closed else 0)


def _told(newest: int, done: Counter[str], closed: Counter[str], left: int) -> Iterator[str]:
    if done:
        yield DONE.format(newest, _values(done.total()))
        yield from (f"  {many:,} in {place}" for place, many in done.items())
    elif not left and not closed:
        yield NOTHING.format(newest)
    yield from (CLOSED.format(_values(many), place) for place, many in closed.items())
    if left:
        yield LEFT.format(_values(left))


def _resealed(sessions: Sessions) -> tuple[Counter[str], Counter[str]]:
    """By table and column: what is done, and in the last round, what does not open."""
    from storage.resealing import reseal

    done = Counter[str]()
    for _ in range(ROUNDS):
        before, closed = done.total(), Counter[str]()
        for step in reseal(sessions):
            done[step.place] += step.done
            closed[step.place] += step.closed
            time.sleep(PAUSE)
        if done.total() == before:
            break
    return +done, +closed


def _values(count: int) -> str:
    return "1 value" if count == 1 else f"{count:,} values"
