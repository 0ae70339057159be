"""What a reply seems to mean: doubt is never taken as done."""

from datetime import date
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.kit.days import read_day_to_come
from bot.kit.words import LONGEST_LINE, read_coming_day, read_day
from bot.wording import Kind, meaning
from bot.wording.whole import ONLY_DONE

TODAY = date(2026, 6, 9)  # a Tuesday

CERTAIN = (
    *("done", "Done.", "DONE!!", "done full stop", "Done, thanks", "done 👍", "Done 👍🏽 x", "Hi Jo, done, cheers"),
    *("Hi all\nDone\n\nMany thanks\nSam Oak\nNamed nurse, Oak NHS Trust\n020 7946 0101", "Done\n-- \nSam"),
    *("done\n\nFrom: MACE bot\nSent: 9 June\n\nNot done yet?", "> is it not done?\ndone", "Done\nGet Outlook for iOS"),
)
MEANT: dict[Kind, tuple[str, ...]] = {
    "say done": (
        *("All done", "It's done", "its done", "it’s done", "That's done", "Completed", "Yes, done", "I've done this"),
        *("done yesterday", "Done - spoke to mum and school", "done this morning, flag is on both systems"),
        *(
            "Sorted, GP letter sent, and the next review is in July",
            "We've completed the check",
            "Finished: no concerns",
        ),
        *("ok done", "Done thanks Jo", "complted", "Spoke with dad on Monday, he agreed to the plan", "donee"),
    ),
    "partly": (
        *(
            "half done",
            "nearly done",
            "almost done",
            "partly done, waiting for GP",
            "done half of it",
            "done most of it",
        ),
        *("done but the school has not replied", "done except the risk assessment", "done apart from the letter"),
        *("done my part", "two out of three done", "in progress"),
    ),
    "not done": (
        *("not done", "not done yet", "Not yet", "haven't done it yet", "I have not done this", "isn't done"),
        *("didn't get round to it", "completely forgot, sorry", "not started"),
    ),
    "more time": (
        *("need more time", "I need more time", "more time please", "can I have more time?", "need till Friday"),
        *(
            "till Friday",
            "by Friday",
            "will need until next Friday",
            "need it till 19/6/26",
            "can I have until Monday?",
        ),
        *("will be done by Friday", "I will have it done by Friday", "Could you extend to 20 June", "Thursday please"),
    ),
    "not mine": (
        *("not mine", "Not mine.", "this isn't mine", "This is not for me", "not ours", "that is not my action"),
        *("wrong person", "not our patient", "I'm not involved any more", "I don't have this child on my caseload"),
    ),
    "theirs": (
        *(
            "it's the GP's",
            "not mine, it belongs to youth justice",
            "CAMHS to action",
            "Please redirect to the named nurse",
        ),
        *("This should go to the virtual school", "not me, it's the attendance officer"),
    ),
    "blocked": (
        *("blocked", "stuck", "on hold", "GDPR won't let us share", "Head won't sign it off", "waiting on the police"),
        *("Education don't attend MACE", "they say it's not their job", "we don't have the staff"),
    ),
    "not possible": ("no longer required thanks", "family moved out of borough", "He has turned 18", "not applicable"),
    "acknowledge": ("ok", "OK will do", "noted", "received", "Yes will do", "I'll sort it", "👍"),
    "help": ("help?", "what is this", "How do I respond?", "what do i press"),
    "unclear": (
        *("done?", "is it done?", "done by who?", "done...", "done when the school answers", "done once mum signs"),
        *("done if possible", "done tomorrow", "done soon", "done, I think", "done in error", "Done! Not.", "Done 🙄"),
        *("done subject to approval", "can't say", "to be done", "needs to be done", "undone", "Mum says it is done"),
        *("yes", "thanks", "who is the child?", "happy Friday!", "Done with this bot", "Sam will ring you", "", "..."),
        *("done but also not really mine", "1. done 2. not mine", "Automatic reply: I am away until Monday 15 June"),
    ),
}


@pytest.mark.parametrize("kind", MEANT)
def test_what_a_reply_seems_to_mean(kind: Kind) -> None:
    assert {said: meaning(said, TODAY).kind for said in MEANT[kind]} == dict.fromkeys(MEANT[kind], kind)
    assert [said for said in MEANT[kind] if meaning(said, TODAY).certain] == []


@pytest.mark.parametrize("said", CERTAIN)
def test_only_the_word_with_courtesies_is_certain(said: str) -> None:
    """TRUST.md T-73."""
    assert meaning(said, TODAY).certain


@pytest.mark.parametrize(
    "said",
    [
        *("done\nThanks\nNot the second one", "Done\nRegards\nTomorrow", "done done", '"done"', "done..", "Done …"),
        *(
            "done\n\nOn second thoughts no",
            "Hi not, done",
            "done ❌",
            "Done\nThanks\nMum will ring",
            "done\nSam",
            "un done",
        ),
    ],
)
def test_one_word_more_is_not_certain(said: str) -> None:
    """TRUST.md T-73."""
    assert not meaning(said, TODAY).certain


def test_what_is_kept_are_their_own_words_where_they_say_more() -> None:
    assert meaning("done, school agreed a timetable", TODAY).note == "school agreed a timetable"
    assert meaning("All done, thanks", TODAY).note == ""
    assert meaning("not mine", TODAY).note == ""
    assert meaning("it's the GP's\n\nSent from my iPhone", TODAY).note == "it's the GP's"
    assert meaning("need till Friday", TODAY).note == ""


PLAIN_WORDS = ("done", "it", "this", "is", "now", "the", "school", "and", "she", "sorted", "today", "completed", "all")
DOUBTS = ("not", "when", "but", "isn't", "haven't", "will", "if", "until", "once", "?", "half", "can't")


@given(st.lists(st.sampled_from(PLAIN_WORDS), max_size=5), st.sampled_from(DOUBTS), st.integers(0, 5))
def test_words_of_doubt_are_never_taken_as_done(words: list[str], doubt: str, at: int) -> None:
    assert meaning(" ".join((*words[:at], doubt, *words[at:])), TODAY).kind != "say done"


@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from((*PLAIN_WORDS, *DOUBTS, "thanks", "\n", "x")), max_size=4).map(" ".join)
)
def test_only_the_one_word_is_certain(said: str) -> None:
    found = meaning(said, TODAY)
    assert found.certain == bool(found.kind == "say done" and ONLY_DONE.fullmatch(said.strip()) and ".." not in said)


EVIL = (
    *(
        "i ",
        "not ",
        "need until ",
        "a week on ",
        "done ",
        "x",
        "12/",
        "1 ",
        "it's ",
        "done,",
        "no , ",
        "send it to ",
        "<",
    ),
    *(
        "On 2 June wrote ",
        "On ",
        "> ",
        "is for the ",
        "team to ",
        "12 june ",
        "friday week ",
        "hi ",
        "sorry ",
        "(",
        "a@",
    ),
    *("A ", "done\nthanks\n", "thanks\nA\n", "sent but ", "two more working days ", "need\t\t", "\n", "full stop"),
)


def test_thousands_of_spaces_are_soon_read() -> None:
    """TRUST.md T-66: whatever is repeated, for as long as a line may be."""
    meaning("need till 12 June, after the bank holiday", TODAY)  # what reads days is loaded once
    for evil in EVIL:
        line = (evil * LONGEST_LINE)[: LONGEST_LINE - 1] + "x"
        start = perf_counter()
        meaning(line, TODAY)
        assert perf_counter() - start < 1, evil  # it is some ten milliseconds; what is not linear takes minutes
    assert read_day("12 June 2026", TODAY) == date(2026, 6, 12)
    assert read_day("12" + " " * 200 + "June 2026", TODAY) is None
    assert read_coming_day("mon " * 900, TODAY) is None
    assert read_day_to_come("friday " * 900, TODAY) is None
