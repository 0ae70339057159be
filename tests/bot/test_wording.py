"""What a reply seems to mean: doubt is never taken as done."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.kit.words import plain, read_coming_day, read_day
from bot.wording import Meaning, meaning

TODAY = date(2026, 6, 9)  # a Tuesday

CERTAIN = Meaning("say done", certain=True)


def done(note: str = "") -> Meaning:
    return Meaning("say done", note=note)


def until(day: str) -> Meaning:
    return Meaning("ask for more time", until=date.fromisoformat(day))


MEANT: dict[str, Meaning | None] = {
    **dict.fromkeys(("done", "Done.", "DONE!!", "done full stop"), CERTAIN),
    **dict.fromkeys(
        ("All done", "It's done", "its done", "it’s done", "That's done", "Completed", "Yes, done"), done()
    ),
    "I've done this": done("this"),
    "Done, thanks": done("thanks"),
    "done 👍": done("👍"),
    "done yesterday": done("yesterday"),
    "Done - spoke to mum and school": done("spoke to mum and school"),
    "done this morning, flag is on both systems": done("this morning, flag is on both systems"),
    "Sorted, GP letter sent, and the next review is in July": done("GP letter sent, and the next review is in July"),
    "We've completed the check": done("the check"),
    "Finished: no concerns": done("no concerns"),
    **dict.fromkeys(
        (
            *("not done", "not done yet", "Not yet", "haven't done it yet", "I have not done this", "isn't done"),
            *("half done", "nearly done", "almost done", "partly done, waiting for GP", "done half of it"),
            *("done but the school has not replied", "done except the risk assessment", "done apart from the letter"),
            *("done when the school answers", "done once mum signs", "done as soon as he is back", "done if possible"),
            *("done until next week", "done tomorrow", "sorted later", "done soon", "done hopefully by Friday"),
            *(
                "done most of it",
                "done some of it",
                "done my part",
                "done, I think",
                "done in error",
                "done by mistake",
            ),
            *("done nothing", "done pending sign off", "done subject to approval", "done maybe"),
            *("will be done by Friday", "I will have it done by Friday", "can't be done", "can be done Friday"),
            *("to be done", "needs to be done", "never done", "undone", "done?", "is it done?", "done by who?"),
            *("think it's done", "might be done", "Mum says it is done", "no, done wrong"),
            *("ok", "OK will do", "yes", "thanks", "noted", "received", "what is this about?", "who is the child?"),
            *("I don't cover Camden any more", "out of office", "I am on leave until 22 June", "need till hello"),
            *("I need to speak to my manager", "👍", ""),
        )
    ),
    **{
        words: Meaning("contest", note=words)
        for words in (
            *("not mine", "Not mine.", "this isn't mine", "This is not for me", "not ours", "that is not my action"),
            *("wrong person", "Wrong person, ask CAMHS", "not mine, it belongs to youth justice"),
        )
    },
    **dict.fromkeys(
        (
            "need more time",
            "I need more time",
            "more time please",
            "can I have more time?",
            "Could we have more time, please",
        ),
        Meaning("ask for more time"),
    ),
    **dict.fromkeys(("need till Friday", "need until friday please", "till Friday", "by Friday"), until("2026-06-12")),
    "will need until next Friday": until("2026-06-12"),
    "Need till 19 June": until("2026-06-19"),
    "need it till 19/6/26": until("2026-06-19"),
    "can I have until Monday?": until("2026-06-15"),
}


@pytest.mark.parametrize("said", MEANT)
def test_what_a_reply_seems_to_mean(said: str) -> None:
    assert meaning(said, TODAY) == MEANT[said]


PLAIN_WORDS = ("done", "it", "this", "is", "now", "the", "school", "and", "she", "sorted", "today", "completed", "all")
DOUBTS = ("not", "when", "but", "isn't", "haven't", "will", "if", "until", "once", "?", "half", "can't")


@settings(deadline=None)
@given(st.lists(st.sampled_from(PLAIN_WORDS), max_size=5), st.sampled_from(DOUBTS), st.integers(0, 5))
def test_words_of_doubt_are_never_taken_as_done(words: list[str], doubt: str, at: int) -> None:
    found = meaning(" ".join((*words[:at], doubt, *words[at:])), TODAY)
    assert found is None or found.event != "say done"


@settings(deadline=None)
@given(st.text(max_size=60))
def test_only_the_one_word_is_certain(said: str) -> None:
    found = meaning(said, TODAY)
    assert not (found and found.certain) or plain(said) in ("done", "done full stop")


def test_thousands_of_spaces_are_soon_read() -> None:
    """TRUST.md T-66: shared out among three places where spaces may be, these would never end."""
    for line in ("i" + "\n" * 3_990 + "x", "need" + "\t" * 3_990 + "x", "i " * 1_990):
        assert meaning(line, TODAY) is None
    assert read_day("12 June 2026", TODAY) == date(2026, 6, 12)
    assert read_day("12" + " " * 200 + "June 2026", TODAY) is None
    assert read_coming_day("mon " * 900, TODAY) is None
