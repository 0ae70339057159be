"""Referring a child or young person: the short form, about three minutes (DOMAIN.md C.2).

The wording is ours and is no validated tool.
"""

from typing import Annotated, ClassVar

from pydantic import Field

from bot.features.referrals.opening import ReferralOpening
from bot.kit.answers import Born, Line, PastDay, Story
from bot.kit.forms import DONT_KNOW, Ask, Choice, DontKnow, Raw

CHILD, AROUND, WORRY, EVENT, HELP = "The child", "Who is involved", "What worries you", "What happened", "What helps"


class Sex(Choice):
    FEMALE = "female", "Female"
    MALE = "male", "Male"
    ANOTHER = "another", "Another"
    NOT_KNOWN = DONT_KNOW, "I don't know"


class Home(Choice):
    FAMILY = "family home", "With family"
    RELATIVE = "relative", "With a relative or friend"
    FOSTER = "foster", "In foster care"
    RESIDENTIAL = "residential", "In a children's home"
    SUPPORTED = "supported", "In supported accommodation"
    SECURE = "secure or custody", "In secure accommodation or custody"
    TEMPORARY = "temporary", "In temporary accommodation"
    NOWHERE = "no settled place", "Nowhere settled"
    NOT_KNOWN = DONT_KNOW, "I don't know"


class Working(Choice):
    SOCIAL_CARE = "social care", "Children's social care"
    EARLY_HELP = "early help", "Early help"
    YOUTH_JUSTICE = "youth justice", "Youth justice"
    POLICE = "police", "Police exploitation team"
    CAMHS = "camhs", "Child and adolescent mental health"
    SCHOOL = "school", "School, college or pupil referral unit"
    CHARITY = "charity", "A charity or community group"
    NOBODY = "nobody", "Nobody, as far as I know", True
    NOT_KNOWN = DONT_KNOW, "I don't know", True


class Told(Choice):
    AGREES = "told and agree", "Yes, and they agree"
    DISAGREES = "told and do not agree", "Yes, and they do not agree"
    WOULD_RAISE_RISK = "not told: would raise risk", "No, because that could make things worse"
    NOT_YET = "not told: not yet possible", "No, it has not been possible yet"
    DIRECT = "16 or over, told direct", "The young person is 16 or over and knows"
    NOT_KNOWN = DONT_KNOW, "I don't know"


class Worry(Choice):
    SEXUAL = "sexual", "Sexual exploitation"
    CRIMINAL = "criminal", "Criminal exploitation"
    NOT_KNOWN = DONT_KNOW, "I don't know which", True


class Sexual(Choice):
    PEER = "peer", "By other young people"
    ONLINE = "online", "Online"
    RELATIONSHIP = "relationship", "By one person, through a relationship"
    ORGANISED = "organised", "By several people"
    NOT_KNOWN = DONT_KNOW, "I don't know", True


class Criminal(Choice):
    GANG = "gang or youth violence", "Through a gang or youth violence"
    COUNTY_LINES = "county lines", "Moving or selling drugs"
    CUCKOOING = "cuckooing", "Somebody's home taken over"
    THEFT = "theft for others", "Theft or robbery for others"
    MONEY = "money or bank account", "Use of their money or bank account"
    OTHER = "other", "Something else"
    NOT_KNOWN = DONT_KNOW, "I don't know", True


class Change(Choice):
    MISSING = "missing", "Missing from home, or staying out"
    THINGS = "new things", "New money, things or a phone"
    CONTACTS = "older contacts", "New older contacts"
    INJURY = "injury", "An injury"
    SCHOOL = "school", "Absent or excluded from school"
    DRUGS = "drugs or alcohol", "Drugs or alcohol"
    CARRYING = "carrying", "Carrying something to protect themselves"
    ONLINE = "online contact", "Contact online"
    MOOD = "mood", "Withdrawn, fearful or angry"
    POLICE = "police contact", "Contact with the police"
    NONE = "none", "None that I know of", True
    NOT_KNOWN = DONT_KNOW, "I don't know", True


class Safe(Choice):
    ADULT = "trusted adult", "An adult they trust"
    SCHOOL = "school", "School"
    ACTIVITY = "activity", "Sport or another activity"
    FAMILY = "family", "Family"
    JOB = "job or course", "A job or a course"
    WORKER = "worker", "They talk to a worker"
    NONE = "none", "Nothing that I know of", True
    NOT_KNOWN = DONT_KNOW, "I don't know", True


class Tried(Choice):
    PLAN = "safety plan", "A safety plan"
    STRATEGY = "strategy discussion", "A strategy discussion"
    NRM = "nrm", "The National Referral Mechanism (for victims of modern slavery)"
    DISRUPTION = "police disruption", "Police action against somebody"
    SPECIALIST = "specialist service", "A specialist service"
    MOVE = "move", "A move"
    NOTHING = "nothing yet", "Nothing yet", True
    NOT_KNOWN = DONT_KNOW, "I don't know", True


class Wanted(Choice):
    ADVICE = "advice", "Advice"
    UNBLOCK = "unblock", "Help to get an agency to act"
    PLAN = "plan", "A plan by several agencies"
    DISRUPT = "disrupt", "Action against a person or a place"
    INFORM = "information only", "Nothing now: to let you know"
    NOT_KNOWN = DONT_KNOW, "I don't know"


def family_not_told(answers: Raw) -> bool:
    return answers.get("told") in (Told.WOULD_RAISE_RISK, Told.NOT_YET)


def worry_is_sexual(answers: Raw) -> bool:
    return Worry.SEXUAL in (answers.get("worries") or ())


def worry_is_criminal(answers: Raw) -> bool:
    return Worry.CRIMINAL in (answers.get("worries") or ())


class ReferChild(ReferralOpening):
    """Refer a child"""

    send: ClassVar[str] = "Send referral"
    check: ClassVar[bool] = True

    child_name: Annotated[
        Line | DontKnow,
        Ask(
            CHILD,
            "What is the child's name?",
            "Add any other name they use. The panel needs it to tell children apart; it is never put in a message.",
            private=True,
        ),
    ]
    born: Annotated[
        Born | DontKnow,
        Ask(CHILD, "What is their date of birth, or age?", "For example, 14 May 2011, or 15", private=True),
    ]
    sex: Annotated[
        Sex,
        Ask(
            CHILD,
            "What is their sex, as your service records it?",
            "We ask because the panel has to report it.",
            private=True,
        ),
    ]
    home: Annotated[Home, Ask(CHILD, "Where do they live now?", "No address is needed.", private=True)]
    working: Annotated[
        list[Working],
        Ask(
            AROUND,
            "Who already works with them?",
            "Choose all that apply. We ask so that the panel invites the right people.",
        ),
    ]
    told: Annotated[
        Told,
        Ask(
            AROUND,
            "Do the child or family know about this referral?",
            "You do not need their agreement if a child may be at risk.",
        ),
    ]
    why_not_told: Annotated[
        Story | DontKnow | None,
        Ask(AROUND, "Why have they not been told?", long=True, private=True, when=family_not_told),
    ] = None
    worries: Annotated[list[Worry], Ask(WORRY, "What are you worried about?", "Choose all that apply.", private=True)]
    sexual: Annotated[
        list[Sexual] | None,
        Ask(
            WORRY,
            "Sexual exploitation: what seems to be happening?",
            "Choose all that apply.",
            private=True,
            when=worry_is_sexual,
        ),
    ] = None
    criminal: Annotated[
        list[Criminal] | None,
        Ask(
            WORRY,
            "Criminal exploitation: what seems to be happening?",
            "Choose all that apply.",
            private=True,
            when=worry_is_criminal,
        ),
    ] = None
    event: Annotated[
        Story | DontKnow,
        Ask(
            EVENT,
            "What happened that made you write today?",
            "Facts you saw or were told, who told you, and when. About this child only. 1,000 characters at most.",
            long=True,
            private=True,
        ),
    ]
    event_on: Annotated[
        PastDay | DontKnow, Ask(EVENT, "When did it happen?", "For example, 27 March 2026, or yesterday", private=True)
    ]
    changes: Annotated[list[Change], Ask(EVENT, "What has changed lately?", "Choose all that apply.", private=True)]
    safe: Annotated[list[Safe], Ask(HELP, "What helps to keep them safe?", "Choose all that apply.", private=True)]
    voice: Annotated[
        Story | DontKnow | None,
        Ask(
            HELP,
            "What does the child say about it?",
            "“I have not asked” is a fine answer.",
            long=True,
            private=True,
            optional=True,
        ),
    ] = None
    tried: Annotated[list[Tried], Ask(HELP, "What has been tried?", "Choose all that apply.", private=True)]
    wanted: Annotated[Wanted, Ask(HELP, "What do you want from the panel?")]
    reach: Annotated[
        str | DontKnow,
        Field(min_length=4, max_length=120),
        Ask(
            HELP,
            "How can we reach you safely?",
            "A work phone number or e-mail address. We ask in case chat does not reach you.",
            private=True,
        ),
    ]
