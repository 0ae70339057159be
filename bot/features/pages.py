"""A person's own pages, where names may be read: how they get there from chat (TRUST.md 4.2)."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.context import Context
from bot.kit.messages import Notice
from bot.permissions import May, needs
from storage.levels import Level
from storage.records import SignInLink

PATH = "/pages"
WORKS_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class YourPage(Notice):
    """The way to a page of one's own.  `until`: how long the link signs them in; None: they sign in there."""

    level = Level.L1
    label: str
    url: str
    until: datetime | None


@needs(May.READ)
def way_to(ctx: Context, path: str, label: str) -> YourPage:
    """An address, and for whom cannot sign in there otherwise, one that signs them in, once."""
    site, account = ctx.site, ctx.actor.account
    if account.platform == site.signs_in:
        return YourPage(label, f"{site.address}{path}", None)
    token, until = secrets.token_urlsafe(32), ctx.now + WORKS_FOR
    ctx.add(SignInLink(account_id=account.id, token_hash=hashed(token), path=path, expires_at=until))
    return YourPage(label, f"{site.address}{PATH}/in/{token}", until)


def hashed(secret: str) -> str:
    """Of 256 random bits, so that nothing slower is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()
