"""What is held about the child of one record, and about whom it was told: for a person who asks (UK GDPR, article 15).

Others are left out, or stand here as what they do; where somebody wrote freely a person has to read it first.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.audit import note, opened
from bot.features.referrals.opening import ABOUT_WHO_TOLD
from bot.features.referrals.reading import FORM_OF
from bot.keeping import NO_SUCH, kept_how
from bot.kit.errors import or_not_found
from bot.kit.progress import applicable
from bot.kit.words import moment_in_words
from storage.levels import Classified
from storage.queries.actions import action_named
from storage.queries.cases import case_named
from storage.queries.escalations import escalations_of
from storage.queries.flags import flags_about
from storage.queries.imports import row_of
from storage.queries.referrals import referral_named
from storage.queries.subjects import read_by, shown_to, told_to
from storage.queries.transfers import transfer_named
from storage.records import Account, Action, Case, Escalation, Flag, ImportedRow, Post, Referral, Transfer

FREE = {"event", "voice", "why_not_told"}
CHECK = "Read this first, and black out whatever is about somebody else"
Held = dict[str, Any]
Opened = Callable[[Classified], Any]


def export_subject(session: Session, reference: str, now: datetime) -> Held:
    """As JSON has it.  That it was made is in the audit."""

    def read(value: Classified) -> Any:
        return opened(session, now, None, [value], "for the person it is about", reference)[0]

    held = or_not_found(_record(session, reference, read), NO_SUCH.format(reference))
    note(session, now, None, "exported for the person it is about", reference)
    return {
        "reference": reference,
        "made": now.isoformat(),
        "state": kept_how(session, reference) or "Kept.",
        "held": held,
        "told": [
            {"what": one.kind, "when": _when(one.sent_at), "to": _role(one.post), "by": _way(one.account)}
            for one in told_to(session, reference)
        ],
        "shown in chat": [
            {"when": _when(one.at), "until": _when(one.ended_at), "by": _way(one.account)}
            for one in shown_to(session, reference)
        ],
        "read or changed": [{"when": _when(one.at), "what": one.what} for one in read_by(session, reference)],
    }


def in_text(held: Held) -> str:
    """The same, to be read."""
    return "\n".join(_lines(held, 0)) + "\n"


def _record(session: Session, reference: str, opened: Opened) -> Held | None:
    if referral := referral_named(session, reference):
        return _referral(referral, opened)
    if action := action_named(session, reference):
        return _action(action, escalations_of(session, action.id), row_of(session, action), opened)
    if (case := case_named(session, reference)) and case.reference == reference:
        return _case(case, opened) | {"flags": [_flag(one, opened) for one in flags_about(session, case)]}
    transfer = transfer_named(session, reference)
    return _transfer(transfer, opened) if transfer else None


def _referral(referral: Referral, opened: Opened) -> Held:
    """Who sent it is not told: their own safety may hang on that (the question risk_to_source)."""
    answers = opened(referral.answers)
    return {
        "kind": "referral",
        "borough": referral.partnership.name,
        "sent": _when(referral.sent_at),
        "by": "somebody who works with children" if referral.sender_confirmed else "somebody we do not know",
        "answers": list(_answers(referral.kind, answers)) if answers else [],
    }


def _answers(kind: str, answers: Mapping[str, Any]) -> Iterator[Held]:
    for question in applicable(FORM_OF[kind], answers):
        if question.name in ABOUT_WHO_TOLD or question.ask.choices:
            continue
        said = {"question": question.ask.question, "answer": question.shown(answers.get(question.name))}
        yield {**said, "check": CHECK} if question.name in FREE else said


def _action(action: Action, escalations: Sequence[Escalation], row: ImportedRow | None, opened: Opened) -> Held:
    words = {"outcome": action.outcome, "why": action.why}
    wrote: Held = {name: opened(one) for name, one in words.items() if one}
    if settled := [opened(one.settlement) for one in escalations if one.settlement]:
        wrote |= {"how it was settled": settled}
    if row:
        wrote |= {"as it came in": opened(row.cells)}
    wrote |= {"check": CHECK} if wrote else {}
    what = {"kind": "action", "borough": action.partnership.name, "to do": action.verb.value}
    return {**what, "by": _role(action.owner), "due": action.due_on.isoformat(), "state": action.state.value, **wrote}


def _case(case: Case, opened: Opened) -> Held:
    child = opened(case.child)
    numbers = [
        {"agency": one.agency.name, "number": opened(one.record_number)} for one in case.agencies if one.record_number
    ]
    return {
        "kind": "case",
        "borough": case.partnership.name,
        "opened": _when(case.opened_at),
        "state": case.state.value,
        "name": child["name"],
        "born": str(child["born"]),
        "record numbers": numbers,
    }


def _flag(flag: Flag, opened: Opened) -> Held:
    where = {"where it is found": opened(flag.place)} if flag.place else {}
    what = {"agency": flag.agency.name, "asked to say": list(flag.says), "state": flag.state.value}
    return {**what, "records": list(flag.systems or ()), **where}


def _transfer(transfer: Transfer, opened: Opened) -> Held:
    return {
        "kind": "transfer",
        "from": transfer.origin.name,
        "to": transfer.receiving.name,
        "state": transfer.state.value,
        "reference of the borough": opened(transfer.child),
        "status in law": transfer.status_in_law,
        "length of stay": transfer.length_of_stay,
    }


def _role(post: Post | None) -> str:
    """What they do, and never who they are."""
    return f"{post.role.value.replace('_', ' ')} in {post.partnership.name}" if post else "whoever wrote to us"


def _way(account: Account | None) -> str:
    return account.platform if account else ""


def _when(at: datetime | None) -> str:
    return moment_in_words(at) if at else ""


def _lines(value: Any, deep: int) -> Iterator[str]:
    for name, one in value.items() if isinstance(value, dict) else enumerate(value, 1):
        if isinstance(one, dict | list):
            yield f"{'  ' * deep}{name}:"
            yield from _lines(one, deep + 1)
        else:
            yield f"{'  ' * deep}{name}: {one}"
