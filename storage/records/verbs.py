"""What a message may say somebody is asked to do: a closed list, with no harm, place or sex in it (TRUST.md 4.2)."""

from enum import StrEnum


class Verb(StrEnum):
    CHECK_FLAG = "check a record flag"
    SEND_INFORMATION = "send information"
    AGREE_PLAN = "agree a plan"
    UPDATE_PLAN = "update a plan"
    ARRANGE_MEETING = "arrange a meeting"
    MAKE_CALL = "make a call"
    MAKE_VISIT = "make a visit"
    OFFER_SUPPORT = "offer support"
    CHECK_RECORDS = "check your records"
    REPORT_BACK = "report back to the panel"
