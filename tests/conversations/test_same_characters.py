"""What people write is read with the same visible characters: emoji, right-to-left text, markup, and every length."""

from storage.levels import unsealed
from storage.records import Meeting, Referral
from tests.conversations.test_referral import AROUND, CHILD, EVENT, HELP, SAFETY, WORRY, YOU
from tests.surfaces import holds
from tests.world import Someone, World

EMOJI, RIGHT_TO_LEFT = "🤔👍🏽❤️🇬🇧", "שלום، مرحبا"
MARKUP = """<b>Bo</b> &amp; "co" <!channel> *x* _y_ [z](http://a.example) {{ 7*7 }} ]]>"""
LINE = f"{EMOJI} {RIGHT_TO_LEFT} {MARKUP}"


def story(length: int) -> str:
    return (f"{LINE}\nand on: " * length)[: length - 1] + "."


def at_what_happened(world: World) -> Someone:
    ann = world.person("charity")
    ann.says("help")
    ann.presses("Refer a child")
    for page in (SAFETY, YOU, CHILD, AROUND, {"worries": ["criminal"]}, WORRY):
        ann.submits(**page)
    return ann


def test_a_line_in_a_form_and_in_the_conversation(world: World) -> None:
    assert len(LINE) <= 120
    coordinator = world.person("coordinator")
    coordinator.says("add meeting")
    coordinator.presses("Use the form instead")
    added = coordinator.submits(borough="Camden", day="19 June 2026", at="2pm", place=LINE)
    assert f"Where: {LINE}\n" in added
    for line in ("add meeting", "1", "26 June 2026", "2pm", LINE):
        coordinator.says(line)
    assert f"Where: {LINE}\n" in coordinator.front
    with world.sessions() as session:
        assert [one.place for one in session.query(Meeting)] == [LINE, LINE]


def test_a_story_as_long_as_it_may_be(world: World) -> None:
    longest = story(1_000)
    ann = at_what_happened(world)
    ann.submits(**EVENT | {"event": longest})
    review = ann.submits(**HELP)
    assert holds(review.answered["event"], longest)
    assert holds(ann.submits(go="change:event").values["event"], longest)
    ann.submits(**EVENT | {"event": longest})
    assert "Referral sent" in ann.submits()
    with world.sessions() as session:
        assert unsealed(session.query(Referral).one().answers)["event"] == longest


def test_one_that_is_too_long_is_kept_to_be_made_shorter(world: World) -> None:
    too_long = story(3_000)
    ann = at_what_happened(world)
    wrong = ann.submits(**EVENT | {"event": too_long})
    assert wrong.errors == {"event": "Use 1000 characters or fewer"}
    assert holds(wrong.values["event"], too_long)
    ann.submits(**EVENT | {"event": too_long}, go="back")
    again = ann.submits(**WORRY)
    assert again.errors == wrong.errors
    assert holds(again.values["event"], too_long)


def test_twelve_options(world: World) -> None:
    ann = at_what_happened(world)
    options = list(ann.front.options["changes"].values())
    assert len(options) == 12
    assert options[-1] == "I don't know"
    ann.submits(**EVENT | {"changes": options[:10]})
    assert holds(ann.submits(**HELP).answered["changes"], "; ".join(options[:10]))
