"""Breaking it on purpose (RELIABILITY.md 7): small in the tests, at full size by `make faults`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figures:
    """What came of one test.

    `lost`: owed, not with its reader, and nobody was told.  `duplicated`: more copies than one.  `flagged`: nobody can
    know, so that it is held and shown to the coordinator, or came once more and said that it may be a second copy.
    """

    messages: int
    faults: int
    lost: int
    duplicated: int
    flagged: int
