"""Invariant 12 as a property: whatever agreements there are, nothing goes out that one in force does not cover."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.reading import READERS
from bot.sharing import What, may_share
from storage.levels import Level
from storage.records import Agreement, AgreementState, Direction, Purpose, Strand

TODAY = date(2026, 6, 9)
some_days = st.integers(-3, 3).map(lambda count: TODAY + timedelta(days=count))
sides = st.integers(1, 2)
whats = st.builds(
    What,
    partnership_id=sides,
    agency_id=sides,
    about=st.just("A-7K2FS"),
    strand=st.sampled_from(Strand),
    level=st.sampled_from([Level.L2, Level.L3, Level.L4]),
    purpose=st.sampled_from(Purpose),
)
agreements = st.builds(
    Agreement,
    partnership_id=sides,
    agency_id=sides,
    state=st.sampled_from(AgreementState),
    purposes=st.lists(st.sampled_from(Purpose).map(str), max_size=3),
    strands=st.lists(st.sampled_from(Strand).map(str), max_size=4),
    highest=st.integers(2, 4),
    direction=st.sampled_from(Direction),
    starts_on=some_days,
    review_on=some_days,
    ends_on=st.none() | some_days,
)


def lets_out(one: Agreement, what: What) -> bool:
    """Said once more, by hand."""
    last = one.review_on if one.ends_on is None or one.review_on < one.ends_on else one.ends_on
    return not (
        one.partnership_id != what.partnership_id
        or one.agency_id != what.agency_id
        or one.state == "ended"
        or one.direction == "in"
        or one.starts_on > TODAY
        or last < TODAY
        or what.purpose.value not in one.purposes
        or what.strand.value not in one.strands
        or one.highest < what.level
    )


@given(st.lists(agreements, max_size=4), whats)
def test_what_goes_out_is_covered_by_the_agreement_it_goes_out_under(held: list[Agreement], what: What) -> None:
    under = may_share(held, what, TODAY)
    assert (under is not None) == any(lets_out(one, what) for one in held)
    assert under is None or (under in held and lets_out(under, what))


def covering(what: What, **but: object) -> Agreement:
    """An agreement that lets just this out today, `but` for something."""
    covers: dict[str, object] = {
        "partnership_id": what.partnership_id,
        "agency_id": what.agency_id,
        "state": AgreementState.IN_FORCE,
        "purposes": [what.purpose.value],
        "strands": [what.strand.value],
        "highest": int(what.level),
        "direction": Direction.OUT,
        "starts_on": TODAY,
        "review_on": TODAY,
        "ends_on": TODAY,
    }
    return Agreement(**covers | but)


BUT: tuple[Callable[[What], dict[str, object]], ...] = (
    lambda what: {"partnership_id": what.partnership_id + 1},
    lambda what: {"agency_id": what.agency_id + 1},
    lambda what: {"highest": what.level - 1},
    lambda what: {"purposes": [one.value for one in Purpose if one is not what.purpose]},
    lambda what: {"strands": [one.value for one in Strand if one is not what.strand]},
    lambda _: {"state": AgreementState.ENDED},
    lambda _: {"direction": Direction.IN},
    lambda _: {"starts_on": TODAY + timedelta(days=1), "ends_on": None, "review_on": TODAY + timedelta(days=9)},
    lambda _: {"review_on": TODAY - timedelta(days=1), "starts_on": TODAY - timedelta(days=9), "ends_on": None},
    lambda _: {"ends_on": TODAY - timedelta(days=1), "starts_on": TODAY - timedelta(days=9)},
)


@given(whats)
def test_one_that_covers_it_lets_it_out_and_one_that_fails_in_a_single_thing_does_not(what: What) -> None:
    whole = covering(what)
    assert may_share([whole], what, TODAY) is whole
    for but in BUT:
        broken = covering(what, **but(what))
        assert may_share([broken], what, TODAY) is None, but(what)
        assert may_share([broken, whole], what, TODAY) is whole


@given(whats)
def test_without_any_agreement_nothing_goes_out(what: What) -> None:
    assert may_share([], what, TODAY) is None


@given(st.lists(agreements, max_size=3), whats)
def test_what_goes_out_at_a_level_goes_out_at_every_lower_one(held: list[Agreement], what: What) -> None:
    allowed = [
        may_share(held, replace(what, level=level), TODAY) is not None for level in (Level.L2, Level.L3, Level.L4)
    ]
    assert allowed == sorted(allowed, reverse=True)


@given(st.lists(agreements, max_size=3), whats)
def test_what_lapsed_lets_nothing_out_on_any_later_day(held: list[Agreement], what: What) -> None:
    for one in held:
        one.review_on = min(one.review_on, TODAY)
    assert may_share(held, what, TODAY + timedelta(days=1)) is None


# kind of reference: how it is settled that what its page holds may leave to the reader's agency
PAGES = {
    "A": "disclose(), as the action was given and as it is read",
    "B": "disclose() of its action, for how it was settled; the coordinators, and nobody else",
    "C": "only the coordinators",
    "E": "only who reviews it, coordinators and chairs",
    "F": "disclose(), for what it should say; the rest its agency told us",
    "M": "disclose(), for each item that asks something of the reader's agency",
    "R": "only whoever sent it and the coordinators, or an emergency share",
    "S": "only the coordinators",
}


def test_every_page_says_how_it_is_checked() -> None:
    assert PAGES.keys() == READERS.keys()
