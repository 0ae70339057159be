"""Refusals a person should hear about.  Anything else that is raised is a bug."""


class Refusal(Exception):
    """The docstring is what the person is told, unless better words are given."""

    def __init__(self, told: str | None = None) -> None:
        super().__init__(told or type(self).__doc__)


class NotAllowed(Refusal):
    """Your post does not allow that. Ask your MACE coordinator."""


class NotFound(Refusal):
    """I cannot show anything with that reference. Check it, or ask your MACE coordinator."""


class Conflict(Refusal):
    """Somebody changed this a moment ago. Look at it again before you decide."""


class TooMany(Refusal):
    """You have done that many times today. Try again tomorrow, or phone the contact above."""
