"""mace-bot panel: a borough's panel with its first coordinator, and the workspaces that it lets in."""

import argparse
from typing import Any

from integrations.tracker import in_the_tracker

ASKED = {
    "borough": "the borough, like Camden",
    "police": "the police unit, like Central North",
    "mash-phone": "the number of the multi-agency safeguarding hub (MASH)",
    "mash-hours": "when it answers, like Monday to Friday, 9am to 5pm",
    "contact": "the address that people ask questions at",
    "agency": "who the coordinator works for, like Camden Council",
    "name": "the coordinator's name",
    "email": "the coordinator's work e-mail address",
}


def add_panel(verbs: Any) -> None:
    panel = verbs.add_parser("panel", help="set a panel up").add_subparsers(required=True, metavar="COMMAND")
    new = panel.add_parser("new", help="make a borough's panel, and a code for its first coordinator")
    for name, what in ASKED.items():
        new.add_argument(f"--{name}", required=True, metavar="WORDS", help=what)
    new.set_defaults(run=_new)
    let_in = panel.add_parser("let-in", help="let a Slack workspace or a Teams tenant in")
    let_in.add_argument("--borough", required=True, metavar="WORDS", help=ASKED["borough"])
    which = let_in.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "--slack",
        metavar="ID",
        help="the id of a Slack workspace, like T0123ABCD, or of an organisation, like E0123ABCD",
    )
    which.add_argument("--teams", metavar="ID", help="the Directory (tenant) ID of a Microsoft 365 tenant")
    let_in.set_defaults(run=_let_in)


def _new(arguments: argparse.Namespace) -> None:
    from bot.features.directory.founding import Founding, found_panel
    from bot.kit.words import moment_in_words

    panel = Founding(**{name.replace("-", "_"): getattr(arguments, name.replace("-", "_")).strip() for name in ASKED})
    code, until = in_the_tracker(lambda session, now: found_panel(session, panel, now))
    print(
        f"{panel.borough} has a panel. Tell its coordinator this code, in person or by phone: {code}\n"
        f"It works once, until {moment_in_words(until)}. They write to the bot, choose “I have a code”, and type it.\n"
        f"Before that, let in the workspace they write from: mace-bot panel let-in."
    )


def _let_in(arguments: argparse.Namespace) -> None:
    from bot.features.directory.founding import let_in

    platform, tenant = ("slack", arguments.slack) if arguments.slack else ("teams", arguments.teams)
    in_the_tracker(lambda session, now: let_in(session, arguments.borough.strip(), platform, tenant.strip(), now))
    print(f"{arguments.borough} lets in {tenant}.")
