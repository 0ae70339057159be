"""What the tracker remembers."""

from storage.records.actions import (
    ENDED,
    WITH_OWNER,
    Action,
    ActionState,
    BlockedBecause,
    Effect,
    Priority,
    Proposal,
)
from storage.records.agreements import (
    Agreement,
    AgreementState,
    Direction,
    Disclosure,
    EmergencyShare,
    Purpose,
    ShareState,
    Strand,
    Withdrawal,
)
from storage.records.audit import NOBODYS, AuditEntry, AuditHead
from storage.records.base import Living, Record, Secret, seal_in_place
from storage.records.cases import Case, CaseAtAgency, CaseState, Closeness, Emergency, EmergencyState
from storage.records.deliveries import (
    Delivery,
    DeliveryState,
    Haste,
    Heard,
    JobRun,
    ShardHeld,
    StaleCard,
    Tried,
    WebMessage,
)
from storage.records.errands import Errand, MeetingCall
from storage.records.escalations import Escalation, EscalationState
from storage.records.flags import Flag, FlagState
from storage.records.imports import Import, ImportedRow, ImportState, TrackerExport, TrackerLayout
from storage.records.meetings import AgendaAsk, AgendaItem, ItemKind, Meeting, MeetingState
from storage.records.pages import SignInLink, Visit
from storage.records.people import (
    Account,
    Agency,
    ClosedDays,
    Holding,
    Invitation,
    JoinRequest,
    Partnership,
    Person,
    Post,
    Role,
    TeamsChat,
    Workspace,
)
from storage.records.posted import Posted, PostedState
from storage.records.referrals import Agree, Dialogue, Likeness, Outcome, Referral, ReferralState
from storage.records.retention import Erasure, Hold, HoldKind
from storage.records.slack import SlackInstallation, SlackInstallState, SlackTeam
from storage.records.transfers import Transfer, TransferState
from storage.records.verbs import Verb

seal_in_place(Record.metadata)

__all__ = [
    "ENDED",
    "NOBODYS",
    "WITH_OWNER",
    "Account",
    "Action",
    "ActionState",
    "Agency",
    "AgendaAsk",
    "AgendaItem",
    "Agree",
    "Agreement",
    "AgreementState",
    "AuditEntry",
    "AuditHead",
    "BlockedBecause",
    "Case",
    "CaseAtAgency",
    "CaseState",
    "ClosedDays",
    "Closeness",
    "Delivery",
    "DeliveryState",
    "Dialogue",
    "Direction",
    "Disclosure",
    "Effect",
    "Emergency",
    "EmergencyShare",
    "EmergencyState",
    "Erasure",
    "Errand",
    "Escalation",
    "EscalationState",
    "Flag",
    "FlagState",
    "Haste",
    "Heard",
    "Hold",
    "HoldKind",
    "Holding",
    "Import",
    "ImportState",
    "ImportedRow",
    "Invitation",
    "ItemKind",
    "JobRun",
    "JoinRequest",
    "Likeness",
    "Living",
    "Meeting",
    "MeetingCall",
    "MeetingState",
    "Outcome",
    "Partnership",
    "Person",
    "Post",
    "Posted",
    "PostedState",
    "Priority",
    "Proposal",
    "Purpose",
    "Record",
    "Referral",
    "ReferralState",
    "Role",
    "Secret",
    "ShardHeld",
    "ShareState",
    "SignInLink",
    "SlackInstallState",
    "SlackInstallation",
    "SlackTeam",
    "StaleCard",
    "Strand",
    "TeamsChat",
    "TrackerExport",
    "TrackerLayout",
    "Transfer",
    "TransferState",
    "Tried",
    "Verb",
    "Visit",
    "WebMessage",
    "Withdrawal",
    "Workspace",
]
