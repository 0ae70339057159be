"""Who read and changed what: each agency asks for its own people, a coordinator for their borough; on a page only."""

import re
from datetime import timedelta

from bot.features.access import MOST
from tests.conversations.test_own_pages import a_referral, way
from tests.integrations.web.signed_in import Browser, signed_in
from tests.making import an_action
from tests.world import World

NURSE = "Named nurse, Thames Gate NHS Trust"


def log_of(world: World, handle: str) -> str:
    return signed_in(world, handle).reads("/pages/access")


def test_in_chat_it_says_the_way_and_no_more(world: World) -> None:
    answer = world.person("nurse").says("access log")
    assert way(answer)
    assert "Testperson" not in answer.text


def test_an_agency_reads_what_its_own_people_read_and_changed(world: World) -> None:
    """TRUST.md T-52."""
    action = an_action(world, NURSE, "12 June 2026")
    world.person("nurse").says(f"done {action}")
    signed_in(world, "nurse").reads(f"/pages/read/{action}")
    page = log_of(world, "nurse")
    assert "Tuesday 9 June 2026" in page
    assert f"9:30am, Ngozi Testperson: action: say done, {action}" in page
    assert f"Ngozi Testperson: read on their own page, {action}" in page
    assert "Cal Testperson" not in page
    assert "Read by Ngozi Testperson (" in page


def test_another_agency_and_another_borough_read_nothing_of_it(world: World) -> None:
    action = an_action(world, NURSE, "12 June 2026")
    world.person("nurse").says(f"done {action}")
    for handle in ("school", "police", "bromley", "islington"):
        page = log_of(world, handle)
        assert action not in page
        assert "Ngozi Testperson" not in page


def test_a_coordinator_reads_what_happened_in_their_borough(world: World) -> None:
    reference = a_referral(world)
    signed_in(world, "charity").reads(f"/pages/read/{reference}")
    page = log_of(world, "coordinator")
    assert f"Chidi Testperson: read L4: reading a referral, {reference}" in page
    assert "Canary" not in page
    assert "Islington" not in page


def test_what_was_refused_is_in_it(world: World) -> None:
    world.person("nurse").says("confirm A-22222")
    world.person("nurse").says("done A-22222")
    page = log_of(world, "nurse")
    assert "Ngozi Testperson: asked for what their post may not do, A-22222 (refused)" in page
    assert "Ngozi Testperson: asked for what is not theirs or not there, A-22222 (refused)" in page


def test_that_it_was_read_is_in_it_as_well(world: World) -> None:
    """TRUST.md T-52."""
    log_of(world, "nurse")
    page = log_of(world, "coordinator")
    assert "Ngozi Testperson: see who read and changed what" in page
    assert "Ngozi Testperson: read L2: naming who read and changed what" in page


def test_it_goes_back_thirty_days_and_shows_the_newest(world: World) -> None:
    world.person("nurse").says("mine")
    world.now += timedelta(days=31)
    page = log_of(world, "nurse")
    assert "Tuesday 9 June 2026" not in page
    for _ in range(MOST):
        world.person("nurse").says("mine")
    page = log_of(world, "nurse")
    found = re.search(r"These are the newest (\d+) of (\d+)", page)
    assert found
    assert int(found[1]) == MOST < int(found[2])
    assert page.count("Ngozi Testperson: ") == MOST


def test_nobody_reads_it_who_is_not_signed_in_or_left(world: World) -> None:
    assert Browser(world).opens("/pages/access").status_code == 401
    assert world.person("leaver").says("access log").links == {}
