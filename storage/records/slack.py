"""Where the bot is installed in Slack by OAuth, and the installations that are under way."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.levels import Classified, Level
from storage.records.base import L0, L1, Record, Secret


class SlackInstallation(Record):
    """The bot in one workspace; or, by the organisation's id, in each of its workspaces that has none of its own.

    Without a token it has ended.
    """

    __tablename__ = "slack_installation"
    tenant: Mapped[str] = mapped_column(String(40), primary_key=True)  # T... or E...
    enterprise: Mapped[str] = mapped_column(String(40), info=L1)  # the organisation that the workspace is part of
    app: Mapped[str] = mapped_column(String(40), info=L0)
    scopes: Mapped[str] = mapped_column(Text, info=L0)
    token: Mapped[Classified | None] = mapped_column(Secret(Level.L5))
    refresh_token: Mapped[Classified | None] = mapped_column(Secret(Level.L5))
    expires_at: Mapped[datetime | None] = mapped_column(info=L0)
    renewing_until: Mapped[datetime | None] = mapped_column(info=L0)
    installed_at: Mapped[datetime] = mapped_column(info=L1)
    removed_at: Mapped[datetime | None] = mapped_column(info=L1)


class SlackTeam(Record):
    """A workspace that an organisation's installation speaks in: a reminder knows its workspace, and no more."""

    __tablename__ = "slack_team"
    team: Mapped[str] = mapped_column(String(40), primary_key=True)
    enterprise: Mapped[str] = mapped_column(String(40), info=L1)


class SlackInstallState(Record):
    """An installation that was begun in one browser and may be ended there, once (TRUST.md T-14)."""

    __tablename__ = "slack_install_state"
    hashed: Mapped[str] = mapped_column(String(64), primary_key=True)
    made_at: Mapped[datetime] = mapped_column(info=L0)
