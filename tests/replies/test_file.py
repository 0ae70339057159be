"""The file of replies is whole: a figure measured on it means what it says."""

import tomllib
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

HERE = Path(__file__).parent
FIRST, HELD_OUT = (tomllib.loads((HERE / name).read_text()) for name in ("replies.toml", "held_out.toml"))
EVERY = [(file, reply) for file in (FIRST, HELD_OUT) for reply in file["replies"]]

KINDS = {
    *("done", "say done", "partly", "not done", "more time", "not mine", "theirs", "blocked"),
    *("not possible", "acknowledge", "help", "unclear"),
}
WHO = {"nhs", "school", "police", "charity", "council"}
BECAUSE = {
    *("not_at_table", "not_senior_enough", "duty_not_understood", "law_or_protocol", "capacity", "waiting", "unsaid"),
}
OWN_KEYS = {"more time": {"until"}, "theirs": {"whose"}, "blocked": {"because"}}
NEEDED = {"theirs", "blocked"}


def several(value):
    return value if isinstance(value, list) else [value]


def folded(text):
    return " ".join(text.lower().split())


def test_there_are_enough_and_a_hundred_are_held_out() -> None:
    assert len(EVERY) >= 300
    assert len(HELD_OUT["replies"]) == 100


def test_no_reply_is_there_twice() -> None:
    assert [text for text, times in Counter(folded(reply["text"]) for _, reply in EVERY).items() if times > 1] == []


@pytest.mark.parametrize(("file", "least"), [(FIRST, 8), (HELD_OUT, 4)])
def test_every_kind_is_there_often_enough_to_count(file, least) -> None:
    kinds = Counter(reply["means"] for reply in file["replies"])
    assert set(kinds) == KINDS
    assert min(kinds.values()) >= least


def test_every_reason_is_there_in_both() -> None:
    for file in (FIRST, HELD_OUT):
        assert {reason for reply in file["replies"] for reason in several(reply.get("because", []))} == BECAUSE


def test_no_service_is_forgotten() -> None:
    people = Counter(reply["who"] for _, reply in EVERY)
    assert set(people) == WHO
    assert min(people.values()) >= 50


def test_a_reply_has_the_keys_of_its_kind_and_no_others() -> None:
    for _, reply in EVERY:
        means, own = reply["means"], OWN_KEYS.get(reply["means"], set())
        assert set(reply) <= {"text", "who", "means", "or", "today"} | own, reply
        assert means not in NEEDED or own <= set(reply), reply
        assert set(several(reply.get("because", []))) <= BECAUSE, reply
        assert reply.get("whose", "").lower() in reply["text"].lower(), reply


def test_no_reply_could_as_well_be_certain() -> None:
    for _, reply in EVERY:
        assert set(reply.get("or", [])) <= KINDS - {reply["means"], "done"}, reply
        assert reply["means"] != "done" or "or" not in reply, reply


def test_a_day_asked_for_has_not_gone_by() -> None:
    for file, reply in EVERY:
        written = reply.get("today", file["today"])
        assert isinstance(written, datetime), reply
        for day in several(reply.get("until", [])):
            assert type(day) is date, reply
            assert day >= written.date(), reply


def test_both_files_say_where_their_clock_stands() -> None:
    assert ZoneInfo(FIRST["zone"]) == ZoneInfo(HELD_OUT["zone"])
    assert FIRST["today"] == HELD_OUT["today"]


def test_the_invented_name_is_the_only_one_and_rare() -> None:
    assert 0 < sum("Canaryname" in reply["text"] for _, reply in EVERY) <= 3
