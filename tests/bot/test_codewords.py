"""Codewords say nothing about a child, a place, a harm or a street, and two agencies never share a list."""

import pytest

from bot.kit.codewords import FIRST, SECOND, new_codeword

# Words that mean something to somebody: harm, drugs and streets, looks, first names, places in and around London.
MEANT = """
    knife blade shank strap bullet gun rocket poker sword needle pipe spoon powder snow crack ice crystal speed weed
    grass green leaf poppy molly candy sugar food line trap bando cookie brick score bag pack parcel paper bread cheese
    bands racks drip ends mandem opps feds copper-wire pig rat snake grass snitch mule runner elder younger county
    country north south east west estate block tower yard corner station seaside coastal
    black white brown yellow ginger pink fat thin tall short small pretty sweet young baby little doll kitten lolita
    honey cherry peach cottage fiddle organ rainbow
    amber autumn summer april may june ruby jade pearl opal olive hazel ivy rose daisy lily iris violet viola scarlet
    saffron coral misty fern heather willow ash rowan robin jay martin river sky skye star stella luna sunny angel
    clementine rusty sandy dusty forest hunter mason cooper archer page cherry crystal tiffany paris india china
    brooklyn chelsea camden brent barnet bexley bromley croydon ealing enfield greenwich hackney harrow havering
    hillingdon hounslow islington kensington kingston lambeth lewisham merton newham redbridge richmond southwark
    sutton waltham wandsworth westminster angel temple bank monument holloway hammersmith brixton peckham tottenham
    walworth elephant castle arsenal oval
"""


def test_no_word_of_the_lists_means_anything_to_anybody() -> None:
    assert {word.lower() for word in (*FIRST, *SECOND)} & set(MEANT.split()) == set()


@pytest.mark.parametrize("words", [FIRST, SECOND])
def test_words_are_plain_short_and_different(words: tuple[str, ...]) -> None:
    assert len({word.lower() for word in words}) == len(words)
    assert list(words) == sorted(words)
    for word in words:
        assert word.isascii()
        assert word.isalpha()
        assert word.istitle()
        assert 2 < len(word) < 13


def test_an_agency_never_gets_the_same_words_twice() -> None:
    everything = {f"{first} {second}" for first in FIRST for second in SECOND}
    assert len(everything) > 7500
    left = "Copper Lantern"
    assert {new_codeword(everything - {left}) for _ in range(3)} == {left}
