"""The parts of the documents that are printed from the tables.  `make docs` writes them; a test compares."""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path

from bot.commands import COMMANDS
from bot.features.retention import KEPT, REVIEWED, Kept, Reviewed
from bot.kit.keeps import SAFE
from bot.lifecycles.action import ACTION
from bot.lifecycles.agreement import AGREEMENT
from bot.lifecycles.case import CASE
from bot.lifecycles.emergency import EMERGENCY
from bot.lifecycles.escalation import ESCALATION
from bot.lifecycles.flag import FLAG
from bot.lifecycles.imports import IMPORT
from bot.lifecycles.meeting import MEETING
from bot.lifecycles.moving import Life
from bot.lifecycles.referral import REFERRAL
from bot.lifecycles.share import SHARE
from bot.lifecycles.transfer import TRANSFER
from bot.permissions import GRANTS, UNKNOWN, May
from integrations.outside import PERMISSIONS as GRAPH_PERMISSIONS
from integrations.slack.manifest import EVENTS, REMOVALS, SCOPES
from integrations.teams.package import PERMISSIONS
from storage.records import Role

ROOT = Path(__file__).parents[2]
PLACES = {
    "commands": "README.md",
    "lifecycles": "ARCHITECTURE.md",
    "permissions": "ARCHITECTURE.md",
    "retention": "OPERATIONS.md",
    "Slack scopes": "PERMISSIONS.md",
    "Slack events": "PERMISSIONS.md",
    "Teams permissions": "PERMISSIONS.md",
    "Graph permissions": "PERMISSIONS.md",
}


def commands() -> Iterator[str]:
    yield from ("| say | to | who |", "|---|---|---|")
    for one in COMMANDS:
        who = _who(one.needs)
        yield f"| `{f'{one.name} {one.takes}'.strip()}` | {one.help[:1].lower()}{one.help[1:]} | {who} |"


def _who(needs: May | None) -> str:
    if needs is None or needs in UNKNOWN & GRANTS[Role.AGENCY_MEMBER]:
        return "everybody"
    if needs in GRANTS[Role.AGENCY_MEMBER]:
        return "everybody on a panel"
    if needs in UNKNOWN:
        return "people I do not know yet"
    if needs not in GRANTS[Role.COORDINATOR]:
        return "leads of agencies"
    return "coordinators and chairs" if needs in GRANTS[Role.CHAIR] else "coordinators"


def lifecycles() -> Iterator[str]:
    for life in (REFERRAL, CASE, ACTION, IMPORT, ESCALATION, MEETING, TRANSFER, AGREEMENT, SHARE, EMERGENCY, FLAG):
        yield from (
            f"**{life.table.noun.capitalize()}**",
            "",
            "| from | event | to | by | tells |",
            "|---|---|---|---|---|",
        )
        yield from _steps(life)
        yield from ("", "```mermaid", "stateDiagram-v2", *_diagram(life), "```", "")


def _steps(life: Life) -> Iterator[str]:
    for step in life.table.steps:
        tells = ", ".join(f"{party}: `{kind}`" for party, kind in step.tells.items()) or "nobody"
        yield f"| {', '.join(step.states)} | {step.event} | {step.to or 'stays'} | {', '.join(step.who)} | {tells} |"


def _diagram(life: Life) -> Iterator[str]:
    """An arrow for each step; those that change no state are left out."""
    moves = ((one, step.to, step.event) for step in life.table.steps for one in step.states if step.to)
    return (f"    {_id(one)} --> {_id(to)}: {event}" for one, to, event in moves)


def _id(state: StrEnum) -> str:
    return state.value.replace(" ", "_")  # Mermaid reads no further than a space


def permissions() -> Iterator[str]:
    who = {role.value: grant for role, grant in GRANTS.items()}
    who |= {"people I do not know yet": UNKNOWN}
    yield f"| may | by saying | {' | '.join(who)} |"
    yield "|---" * (len(who) + 2) + "|"
    for may in May:
        yield f"| {may} | {_said(may)} | {' | '.join('yes' if may in grant else '' for grant in who.values())} |"
    yield f"| ask for help, and go on with a form of one's own | {_said(None)} |{' yes |' * len(who)}"


def _said(may: May | None) -> str:
    return ", ".join(f"`{one.name}`" for one in COMMANDS if one.needs is may)


def slack_scopes() -> Iterator[str]:
    return _reasons("scope", "the bot needs it", SCOPES)


def slack_events() -> Iterator[str]:
    return _reasons("event", "Slack tells the bot when", EVENTS | REMOVALS)


def teams_permissions() -> Iterator[str]:
    return _reasons("permission", "the bot needs it", PERMISSIONS)


def graph_permissions() -> Iterator[str]:
    yield from ("| permission | the bot needs it | only with |", "|---|---|---|")
    yield from (f"| `{name}` | {reason} | `{setting}` |" for name, (reason, setting) in GRAPH_PERMISSIONS.items())


def _reasons(what: str, why: str, table: Mapping[str, str]) -> Iterator[str]:
    yield from (f"| {what} | {why} |", "|---|---|")
    yield from (f"| `{name}` | {reason} |" for name, reason in table.items())


def retention() -> Iterator[str]:
    yield from ("| what | name | days, unless you say otherwise | counted from when | then |", "|---|---|---|---|---|")
    yield f"| Details in chat | `chat` | {SAFE.chat}, and 30 at most | they were shown | replaced where they stand |"
    rows: tuple[Kept | Reviewed, ...] = (*KEPT, *REVIEWED)
    for one in rows:
        then = "deleted" if isinstance(one, Kept) else "a coordinator is asked"
        yield f"| {one.what} | `{one.name}` | {getattr(SAFE, one.name)} | {one.since} | {then} |"


def written(name: str, lines: Iterator[str]) -> str:
    """The whole document, with this part as the tables say it."""
    text = (ROOT / PLACES[name]).read_text()
    start = f"<!-- {name}: written by make docs -->"
    return re.sub(
        f"{start}.*?<!-- end -->",
        lambda _: f"{start}\n" + "\n".join(lines).rstrip() + "\n<!-- end -->",
        text,
        flags=re.DOTALL,
    )


PARTS = {
    "commands": commands,
    "lifecycles": lifecycles,
    "permissions": permissions,
    "retention": retention,
    "Slack scopes": slack_scopes,
    "Slack events": slack_events,
    "Teams permissions": teams_permissions,
    "Graph permissions": graph_permissions,
}


def main() -> None:
    for name, part in PARTS.items():
        (ROOT / PLACES[name]).write_text(written(name, part()))


if __name__ == "__main__":
    main()
