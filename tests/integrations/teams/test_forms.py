"""Forms in Teams, where a client has no Action.Execute, the card is old, or an answer is private."""

import json

from bot.kit.forms import DONT_KNOW
from bot.ports import Address
from tests.cast import HOME, START
from tests.conversations.test_referral import CHILD, SAFETY, YOU, fill_up_to_review
from tests.surfaces.teams import Teams, executed, filled, message, talk
from tests.world import World

SCHOOL = Address(HOME, "school")


def test_without_execute_the_card_is_updated(teams: Teams) -> None:
    page = teams.presses(SCHOOL, teams.says(SCHOOL, "help", START), "Refer a child", START)
    value = filled(teams.service.versions[page.form], SAFETY, "on")["data"]
    sent = message(teams, SCHOOL, "", value=value, replyToId=page.sent_as)
    following = teams.turn(SCHOOL, START, lambda: teams.post(sent))
    assert (following.text, following.sent_as) == ("Refer a child\nAbout you", page.sent_as)


def test_what_is_shown_in_place_is_also_what_teams_remembers(teams: Teams) -> None:
    page = teams.presses(SCHOOL, teams.says(SCHOOL, "help", START), "Refer a child", START)
    following = teams.submits(SCHOOL, page, SAFETY, "on", START)
    kept = teams.service.messages[talk(SCHOOL), page.sent_as]["attachments"][0]["content"]
    assert kept == teams.service.versions[following.form]


def test_an_old_page_is_only_looked_at(teams: Teams) -> None:
    first = teams.presses(SCHOOL, teams.says(SCHOOL, "help", START), "Refer a child", START)
    teams.submits(SCHOOL, first, SAFETY, "on", START)
    again = teams.submits(SCHOOL, first, {"danger": "yes, not reported", "borough": "Bromley"}, "on", START)
    assert (again.text, again.errors) == ("Refer a child\nAbout you", {})


def test_answers_on_a_form_that_nobody_ended_do_not_stay_in_the_chat(world: World, teams: Teams) -> None:
    sam = world.person("school")
    sam.says("help")
    sam.presses("Refer a child")
    sam.submits(**SAFETY)
    sam.submits(**YOU)
    card = sam.submits(go="back")
    assert "About you" in str(teams.service.messages[talk(SCHOOL), card.sent_as])
    world.moves_on(days=7)
    left = teams.service.messages[talk(SCHOOL), card.sent_as]
    assert "Details removed on Tuesday 16 June 2026" in str(left)
    assert "About you" not in str(left)


def test_a_form_that_was_sent_leaves_its_receipt(world: World, teams: Teams) -> None:
    sam = world.person("school")
    sam.says("help")
    sam.presses("Refer a child")
    fill_up_to_review(sam)
    receipt = sam.submits()
    world.moves_on(days=40)
    assert teams.shows(SCHOOL, receipt).text == receipt.text


def test_a_private_answer_stays_unless_another_is_given(world: World, teams: Teams) -> None:
    ann = world.person("school")
    ann.says("help")
    ann.presses("Refer a child")
    fill_up_to_review(ann)
    ann.submits(go="change:home")
    assert "Given" in json.dumps(teams.service.versions[ann.front.form])
    ann.submits(home="residential")
    ann.submits(go="change:voice")
    ann.submits(voice="To be left alone", wanted="plan")
    assert ann.front.answered["voice"] != "Not given"
    ann.submits(go="change:voice")
    ann.submits(voice="-", wanted="plan")
    assert ann.front.answered["voice"] == "Not given"
    ann.submits()
    assert "Canaryname" not in json.dumps([given for *_, given in teams.service.calls])


def test_a_box_that_is_ticked_counts_even_if_something_is_typed(teams: Teams) -> None:
    page = teams.presses(SCHOOL, teams.says(SCHOOL, "help", START), "Refer a child", START)
    for answers in (SAFETY, YOU):
        page = teams.submits(SCHOOL, page, answers, "on", START)
    press = filled(teams.service.versions[page.form], CHILD, "on")
    press["data"] |= {"child_name": "x", "child_name~not_known": DONT_KNOW}
    assert "Who is involved" in json.dumps(teams.post(executed(teams, SCHOOL, page, press)).json())
