"""mace-bot slack and teams: what an installation is set up with."""

import argparse
from pathlib import Path
from typing import Any


def add_setups(verbs: Any) -> None:
    _add_slack(verbs)
    _add_teams(verbs)


def _add_slack(verbs: Any) -> None:
    slack = verbs.add_parser("slack", help="what Slack is set up with").add_subparsers(required=True, metavar="COMMAND")
    manifest = slack.add_parser("manifest", help="print the manifest that Slack makes the app from")
    _add_url(manifest)
    manifest.add_argument("--many-workspaces", action="store_true", help="for an app that workspaces add by themselves")
    manifest.set_defaults(run=_slack_manifest)


def _add_teams(verbs: Any) -> None:
    teams = verbs.add_parser("teams", help="what Teams is set up with").add_subparsers(required=True, metavar="COMMAND")
    package = teams.add_parser("package", help="write the app package that an administrator uploads")
    package.add_argument("--out", type=Path, required=True, metavar="FILE.zip", help="the file to write")
    package.add_argument("--force", action="store_true", help="replace the file if it is there")
    package.add_argument(
        "--app-id", default="", metavar="ID", help="of the registration in Entra (or MACE_TEAMS_APP_ID)"
    )
    _add_url(package)
    package.add_argument(
        "--app-version", default="", metavar="N.N.N", help="higher than what was uploaded before (this program's)"
    )
    package.add_argument(
        "--graph-app-id", default="", metavar="ID", help="of the registration that is to add the app for people"
    )
    package.add_argument("--developer", default="", metavar="NAME", help="who runs the bot, as Teams shows it")
    package.add_argument("--website", default="", metavar="URL", help="your page about the bot")
    package.add_argument("--privacy", default="", metavar="URL", help="your privacy notice")
    package.add_argument("--terms", default="", metavar="URL", help="your terms of use")
    package.set_defaults(run=_teams_package)


def _add_url(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--url", default="", help="the https address people reach the bot at (or MACE_PUBLIC_URL)")


def _slack_manifest(arguments: argparse.Namespace) -> None:
    from integrations.verbs.installing import slack_manifest

    print(slack_manifest(arguments.url, many=arguments.many_workspaces))


def _teams_package(arguments: argparse.Namespace) -> None:
    from integrations.teams.package import Developer
    from integrations.verbs.installing import teams_app, write_teams_package

    who = Developer(arguments.developer, arguments.website, arguments.privacy, arguments.terms)
    app = teams_app(arguments.app_id, arguments.url, arguments.app_version, who, arguments.graph_app_id)
    print(write_teams_package(arguments.out, app, force=arguments.force))
