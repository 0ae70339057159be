"""Why somebody cannot go on, in the reasons of the lifecycle (peer review, paragraph 91)."""

import re

from bot.wording.cues import cue
from storage.records import BlockedBecause

# Each says by itself that they cannot go on; that they wait, only beside another word for it.
BECAUSE: dict[BlockedBecause, re.Pattern[str]] = {
    BlockedBecause.NOT_AT_TABLE: cue(
        r"""
        (?:<nobody>|no|<dont>) _ (?:comes?|came|attends?|attended) _ (?:panel|meetings?|mace|table)
        (?:<nobody>|no|<dont>) _ (?:turns? up|sits?|invited) _ (?:panel|meetings?|mace|table)
        (?:wasnt|werent|not|never) invited
        (?:no|not got|havent got) _ (?:rep|reps|representatives?|representation)  (?:not|isnt|arent) represented
        (?<!i )(?<!we )(?:wasnt|werent|isnt) (?:at|on|in|part of) (?:the |our )?(?:meetings?|table|panel|mace)
        (?<!i )(?<!we )(?:arent|never|not) (?:at|on|in|part of) (?:the |our )?(?:meetings?|table|panel|mace)
        """
    ),
    BlockedBecause.DUTY_NOT_UNDERSTOOD: cue(
        r"""
        (?:not|isnt) (?:their|its|his|her) (?:job|role|responsibility|remit|duty|problem|business)
        <dont> (?:see|accept) _ as
        (?:dont|doesnt) (?:think|believe|feel|accept|see why|agree) (?:they|it|its|that they)
        as their (?:job|responsibility|role|duty)  (?:dont|doesnt) (?:think|believe) _ (?:have|need|apply|applies)
        """
    ),
    BlockedBecause.NOT_SENIOR_ENOUGH: cue(
        r"""
        pay-? ?grade  (?:cant|cannot|unable to) _ (?:authorised?|authority|approve|senior enough)
        (?:cant|cannot|unable to) _ (?:commit|sign off|sign it off|agree to)  not (?:my|our) decision
        (?:needs?|only) _ (?:sign.?off|authorisation|approval|approve|authorise|can agree|can decide|decide)
        needs? (?:a|an|the|our) (?:\w+ )?(?:di|dci|head|manager|director|governor|chief|super|lead) to  band \d
        too junior  decision.?maker  not senior  <dont> _ authority
        """
    ),
    BlockedBecause.LAW_OR_PROTOCOL: cue(
        r"""
        gdpr  data protection  dsa  isa  data sharing  information (?:sharing|governance)  ig (?:lead|team|says?)
        consent  polic(?:y|ies)  protocols?  law  legally  unlawful  lawful  solicitors?
        legal (?:have|has|say|says|told|advice|basis|team)  thresholds?  court  confidential(?:ity)?  statutory
        """
    ),
    BlockedBecause.CAPACITY: cue(
        r"""
        (?:no|not enough|short of|lack of) _ (?:staff|staffing|capacity|workers?|resources?)
        (?:no|not enough|short of|lack of) _ (?:funding|budget|money|time|people)  staff(?:ing)?  capacity
        vacanc(?:y|ies)  short-? ?staffed  off sick  sickness  funding
        <nobody> _ (?:to do|to allocate|available|free)  have <nobody>  workload  snowed under  swamped  overwhelmed
        under ?staffed  cuts
        """
    ),
    BlockedBecause.WAITING: cue(
        r"""
        waiting  awaiting  pending  until  hear back  once  dependent on  depends on  wait for  chasing
        <dont> (?:replied|responded|answered|come back|got back|sent|heard)
        """
    ),
}
CANNOT = cue("<dont>  no  without  only  needs?  refus(?:e|es|ed|ing)")  # makes a reason one of being blocked


def reason(flat: str, *, alone: bool = False) -> str | None:
    """The first that fits, what waits for others last; None: unsaid.  `alone`: enough to say that they are blocked."""
    found = [one for one, pattern in BECAUSE.items() if pattern.search(flat) and _holds(one, flat, alone=alone)]
    return found[0].value if found else None


def _holds(one: BlockedBecause, flat: str, *, alone: bool) -> bool:
    if one is BlockedBecause.WAITING:
        return not alone
    return one is not BlockedBecause.LAW_OR_PROTOCOL or bool(CANNOT.search(flat))
