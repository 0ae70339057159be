"""What the sides of an action are told of each other's steps, in words on the day it is sent."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.features.actions.chasing import line
from bot.features.actions.notices import (
    ActionGiven,
    ActionsConfirmed,
    ActionsGiven,
    Answered,
    ForCoordinator,
    NotTakenOn,
)
from bot.features.actions.reasons import in_words
from bot.kit.messages import Notice
from bot.kit.words import day_in_words
from bot.kit.worktime import local_day
from bot.lifecycles.action import TO_DO
from bot.tables import Owed
from storage.queries.actions import action_named
from storage.queries.deliveries import is_overtaken
from storage.queries.people import holder_of
from storage.records import Action, ActionState, Delivery
from storage.records import ActionState as S

SHOWN, LISTED = 8, 20  # in one message: with buttons, and in a list

Writer = Callable[[Session, Delivery, datetime], Notice | None]


def _given(session: Session, delivery: Delivery, now: datetime) -> Notice | None:
    action = action_named(session, delivery.about)
    if action is None or action.state not in TO_DO or action.owner_id != delivery.post_id:
        return None
    about = line(action, delivery, now)
    panel = local_day(action.item.meeting.starts_at) if action.item and about.which else None
    return ActionGiven(about, action.owner.words, action.partnership.contact, panel)


def given_together(notices: Sequence[ActionGiven]) -> Notice:
    """What a panel gave one person in one go is one message."""
    if len(notices) == 1:
        return notices[0]
    places, days = {one.action.place for one in notices}, {one.panel for one in notices}
    day = next(iter(days)) if len(days) == 1 else None
    soonest = sorted((one.action for one in notices), key=lambda one: one.due_on)
    giver = f"the {min(places)} panel" if len(places) == 1 else "your panels"
    return ActionsGiven(
        f"{giver} of {day_in_words(day)}" if day and len(places) == 1 else giver,
        tuple(soonest[:SHOWN]),
        _each_once(one.post for one in notices),
        _each_once(one.contact for one in notices),
        len(soonest[SHOWN:]),
    )


def confirmed_together(notices: Sequence[Answered]) -> Notice:
    if len(notices) == 1:
        return notices[0]
    actions, contact = tuple(one.action for one in notices), _each_once(one.contact for one in notices)
    return ActionsConfirmed(actions[:LISTED], contact, len(actions[LISTED:]))


def _each_once(words: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(words))


def _not_taken_on(session: Session, delivery: Delivery, now: datetime) -> Notice | None:
    action = action_named(session, delivery.about)
    if action is None or action.state is not S.OPEN:
        return None
    return NotTakenOn(line(action, delivery, now), action.owner.words, action.partnership.contact)


def _in(*states: ActionState) -> Callable[[Action], bool]:
    return lambda action: action.state in states


def _asks_more(action: Action) -> bool:
    return action.asked_due_on is not None


def _asks_again(action: Action) -> bool:
    return action.asked_due_on is not None and action.extensions > 0


def _for_coordinator(event: str, still: Callable[[Action], bool], *, decides: bool = True) -> Writer:
    """`still`: whether it is so yet.  What its owner added to it since then does not make it old."""

    def write(session: Session, delivery: Delivery, now: datetime) -> Notice | None:
        action = action_named(session, delivery.about)
        if action is None or not still(action) or is_overtaken(session, delivery):
            return None
        about = line(action, delivery, now)
        return ForCoordinator(
            about,
            event,
            noted=bool(action.outcome or action.why),
            until=action.asked_due_on,
            overdue=about.overdue,
            because=in_words(action.because),
            decides=decides,
            again=event == "ask for more time" and action.extensions > 0,
        )

    return write


def _for_owner(event: str) -> Writer:
    def write(session: Session, delivery: Delivery, now: datetime) -> Notice | None:
        action = action_named(session, delivery.about)
        if action is None or action.version != delivery.about_version:
            return None
        after = action.successor.reference if action.successor else ""
        contact = action.partnership.contact
        return Answered(line(action, delivery, now), event, contact, in_words(action.because), after)

    return write


def _unblocked(session: Session, delivery: Delivery, now: datetime) -> Notice | None:
    """To the owner or the coordinator: whichever did not do it."""
    action = action_named(session, delivery.about)
    post = delivery.post
    if action is None or post is None or action.version != delivery.about_version:
        return None
    holder = holder_of(session, post.id, local_day(now))
    if holder and holder.id == action.changed_by_id:
        return None
    return Answered(line(action, delivery, now), "unblock", action.partnership.contact)


OWED = (
    Owed("action_given", _given),
    Owed("given_together", _given, merged=given_together),
    Owed("action_not_taken_on", _not_taken_on),
    Owed("action_proposed", _for_coordinator("propose", _in(S.PROPOSED))),
    Owed("action_said_done", _for_coordinator("say done", _in(S.DONE_CLAIMED))),
    Owed("action_said_not_possible", _for_coordinator("say not possible", _in(S.NOT_POSSIBLE_CLAIMED))),
    Owed("action_contested", _for_coordinator("contest", _in(S.CONTESTED))),
    Owed("action_blocked", _for_coordinator("block", _in(S.BLOCKED), decides=False)),
    Owed("action_passed_on", _for_coordinator("pass on", _in(*TO_DO), decides=False)),
    Owed("action_not_possible", _for_coordinator("agree not possible", _in(S.NOT_POSSIBLE), decides=False)),
    Owed("more_time_asked", _for_coordinator("ask for more time", _asks_more)),
    Owed("more_time_again", _for_coordinator("ask for more time", _asks_again)),
    Owed("action_unblocked", _unblocked),
    Owed("action_confirmed", _for_owner("confirm"), merged=confirmed_together),
    Owed("action_recorded", _for_owner("record done")),
    Owed("action_ended", _for_owner("end")),
    Owed("action_sent_back", _for_owner("send back")),
    Owed("more_time_agreed", _for_owner("agree more time")),
    Owed("date_kept", _for_owner("keep the date")),
)
