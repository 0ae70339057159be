"""Every kind of message, and whether it comes in the one letter of its reader's day or by itself, and why."""

from enum import StrEnum


class Comes(StrEnum):
    DAILY = "in the letter of the day, at the time its reader chose: a day came, and something waits for them"
    PRESSING = "by itself, with whatever else presses: somebody may come to harm if it waits for that letter"
    NEWS = "by itself: somebody did or decided something, or asked for it"
    ALARM = "by itself: something went wrong, or was opened that is usually closed"


KINDS: dict[Comes, tuple[str, ...]] = {
    Comes.DAILY: (
        *("action_reminder", "escalation_due", "feedback_due", "flag_reminder", "flags_to_review", "flag_ending"),
        *("emergency_waits", "share_waits", "agreement_lapses", "post_ending", "keep_or_erase"),
    ),
    Comes.PRESSING: ("action_unanswered", "escalation_at_risk"),
    Comes.NEWS: (
        *("referral_arrived", "referral_taken", "referral_outcome", "case_decided", "somebody_close"),
        *("action_given", "given_together", "action_proposed", "action_said_done", "action_said_not_possible"),
        *("action_contested", "action_blocked", "action_unblocked", "action_passed_on", "action_not_possible"),
        *("action_confirmed", "action_recorded", "action_ended", "action_sent_back", "import_list"),
        *("more_time_asked", "more_time_again", "more_time_agreed", "date_kept"),
        *("escalation_moved", "escalation_ended", "agenda", "transfer_arrived", "transfer_acknowledged"),
        *("flag_asked", "flag_change_sent", "flag_removal_asked", "flag_declined", "flags_elsewhere"),
        *("welcome", "join_wanted", "joined", "post_left", "deputy_left", "deputy_named", "nobody_answers"),
        *("post_passed_on", "deputy_passed_on", "your_post_ends"),  # to somebody's account: the post is not theirs then
        *("draft_ending", "draft_deleted"),  # of a form in one chat: only there can it be finished
    ),
    Comes.ALARM: (
        *("action_not_taken_on", "opened_in_emergency", "shared_with_you", "share_made", "close_lifted"),
        *("agenda_not_sent", "no_call", "not_added", "not_delivered", "held", "not_removed"),
        *("tracker_exported", "many_misses"),
    ),
}
# What goes once more though it may have arrived (RELIABILITY.md 4): losing one harms more than having it twice.  What
# somebody did or decided is not among them: a second copy would say that they did so again.
REPEATS = {*KINDS[Comes.DAILY], *KINDS[Comes.PRESSING], *KINDS[Comes.ALARM], "agenda"}
COMES: dict[str, Comes] = {kind: comes for comes, kinds in KINDS.items() for kind in kinds}
