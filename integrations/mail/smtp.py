"""Handing one letter to a mail server, with every way in which that goes wrong put into our three.

aiosmtplib, because it waits on the event loop as the other platforms do, and says at which step a server refused.
"""

import logging
from asyncio import WriteTransport
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP as LINES
from ssl import SSLContext

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
)

from bot.ports import Down, TryLater, Undeliverable, Unknown

log = logging.getLogger(__name__)

PATIENCE = 30.0  # seconds for each answer
LATER = timedelta(minutes=5)  # what a mail server calls later, and most refuse an impatient sender
NO_MAILBOX = "their mail server does not take mail for that address"
REFUSED = "their mail server refused the message"
NOT_OURS = "our mail server does not take what the bot sends"


@dataclass(frozen=True)
class Server:
    """Which takes our mail.  `plain`: without TLS, for a developer's own machine."""

    host: str
    port: int = 587
    user: str = ""
    password: str = field(default="", repr=False)
    plain: bool = False
    patience: float = PATIENCE
    trusted: SSLContext | None = None  # instead of what this machine trusts

    def line(self) -> SMTP:
        """The name and password go only over TLS, whatever the server offers: without it, nothing goes at all."""
        return SMTP(
            hostname=self.host,
            port=self.port,
            username=self.user or None,
            password=self.password or None,
            start_tls=not self.plain,
            tls_context=self.trusted,
            timeout=self.patience,
        )


async def post(server: Server, letter: EmailMessage) -> None:
    """Or TryLater, Undeliverable, or Unknown: only once the text is on its way can nobody know what became of it."""
    line = server.line()
    try:
        await _begin(line, letter)
        await _hand_over(line, letter)
    finally:
        if isinstance(line.transport, WriteTransport):
            line.transport.abort()  # at once: what was to be said has been, and closing TLS waits for the other side
        line.close()


async def _begin(line: SMTP, letter: EmailMessage) -> None:
    """Until here it has not left us."""
    try:
        await line.connect()
        await line.mail(letter["From"].addresses[0].addr_spec)
        await line.rcpt(letter["To"].addresses[0].addr_spec)
    except SMTPRecipientRefused as refused:
        raise _meant(refused, NO_MAILBOX) from None
    except (SMTPException, OSError) as error:  # the server is away, or our settings are wrong, and then for everybody
        code = error.code if isinstance(error, SMTPResponseException) else ""
        log.error("the mail server does not take our mail: %s %s", type(error).__name__, code)
        raise Down(NOT_OURS, LATER) from None


async def _hand_over(line: SMTP, letter: EmailMessage) -> None:
    try:
        await line.data(letter.as_bytes(policy=LINES))
    except SMTPDataError as refused:
        raise _meant(refused, REFUSED) from None
    except (SMTPException, OSError):
        raise Unknown from None


def _meant(refused: SMTPResponseException, words: str) -> Exception:
    return TryLater(LATER) if 400 <= refused.code < 500 else Undeliverable(f"{words} ({refused.code})")
