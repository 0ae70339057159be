"""Forms by which a coordinator opens a case without a referral, and an agency says where it has the child on file."""

from typing import Annotated, ClassVar

from bot.choices import own_boroughs
from bot.kit.answers import Born, Line
from bot.kit.forms import Ask, DontKnow, Form

CHILD, FILE = "The child", "Your record"


class OpenCase(Form):
    """Open a case"""

    send: ClassVar[str] = "Open this case"

    borough: Annotated[str, Ask(CHILD, "Which borough's panel talks about the child?", choices=own_boroughs)]
    child_name: Annotated[
        Line | DontKnow,
        Ask(
            CHILD, "What is the child's name?", "It is shown on signed-in pages only, never in a message.", private=True
        ),
    ]
    born: Annotated[
        Born | DontKnow,
        Ask(CHILD, "What is their date of birth, or age?", "For example, 14 May 2011, or 15", private=True),
    ]


class RecordNumber(Form):
    """Your record number"""

    send: ClassVar[str] = "Keep this number"

    number: Annotated[
        Line,
        Ask(
            FILE,
            "Under which number do you have the child on file?",
            "Only your own agency sees it, beside the child's name.",
            private=True,
        ),
    ]
