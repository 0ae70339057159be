"""Journey 6: names are read on one's own page, and chat only says the way there."""

import re

from bot.kit.references import find_reference
from tests.conversations.test_referral import fill_up_to_review
from tests.making import a_meeting, an_action
from tests.surfaces import Heard
from tests.world import World

LINK = re.compile(r"https://bot\.example/pages/in/[\w-]{43}")


def a_referral(world: World) -> str:
    ann = world.person("charity")
    ann.says("refer")
    ann.presses("Use the form instead")
    fill_up_to_review(ann)
    return find_reference(ann.submits().text)


def way(heard: Heard) -> str:
    assert list(heard.links) == ["Open the page"], heard
    url = heard.links["Open the page"]
    assert LINK.fullmatch(url)
    return url


def test_a_linked_person_asks_for_their_pages(world: World) -> None:
    nurse = world.person("nurse")
    answer = nurse.says("pages")
    assert "Names may be read there" in answer
    assert "until Tuesday 9 June 2026, 9:40am" in answer
    assert way(answer) != way(nurse.says("pages")), "each is used once"


def test_somebody_we_do_not_know_gets_the_same_help_as_always(world: World) -> None:
    stranger = world.person("stranger")
    helped = stranger.says("help")
    for line in ("pages", "read R-7K2F9", "action list"):
        assert stranger.says(line).text == helped.text


def test_whoever_left_gets_no_way_to_any_page(world: World) -> None:
    assert world.person("leaver").says("pages").links == {}


def test_reading_in_chat_shows_no_name_and_does_not_say_whether_there_is_anything(world: World) -> None:
    """TRUST.md T-29."""
    reference = a_referral(world)
    for handle in ("coordinator", "charity", "bromley", "school"):
        answer = world.person(handle).says(f"read {reference}")
        assert way(answer)
        assert answer.text.replace(reference, "R") == world.person(handle).says("read R-7K2FS").text.replace(
            "R-7K2FS", "R"
        )
        assert "Canary" not in answer.text


def test_what_arrives_has_a_button_to_read_it(world: World) -> None:
    a_referral(world)
    world.tick()
    arrived = world.person("coordinator").hears_one()
    assert "Canary" not in arrived.text
    assert way(world.person("coordinator").presses("Read it first", on=arrived))
    taken = world.person("coordinator").presses("Take it", on=arrived)
    assert way(world.person("coordinator").presses("Read it", on=taken))


def test_actions_and_agendas_have_pages_too(world: World) -> None:
    action, meeting = an_action(world, "Named nurse, Thames Gate NHS Trust", "12 June 2026"), a_meeting(world)
    nurse = world.person("nurse")
    stands = nurse.says(f"action {action}")
    assert way(nurse.presses("Read it on your page", on=stands))
    assert way(nurse.says(f"read {meeting}"))
    assert way(nurse.says("action list"))


def test_what_has_no_page_is_refused_like_what_is_not_there(world: World) -> None:
    nurse = world.person("nurse")
    assert "I cannot show anything with that reference" in nurse.says("read P-7K2FS")
    assert "Say which one, with its reference, like: read R-7K2F9" in nurse.says("read")
