"""What an installation may choose: variables that begin with MACE_."""

from enum import StrEnum
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.kit.keeps import Keeps, keeps_from

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Profile(StrEnum):
    DEMO = "demo"
    DEVELOPMENT = "development"
    PRODUCTION = "production"


class UnsafeSetting(Exception):
    """This installation may not start like that.  The message says why and what to change."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="MACE_")

    profile: Profile = Profile.DEMO
    database_url: str = "sqlite:///var/mace.sqlite"
    keys_file: Path | None = None
    public_url: str = "http://127.0.0.1:8000"
    audit_anchor: Path | None = None
    audit_syslog: str = ""
    metrics_token: SecretStr = SecretStr("")
    workers: bool = False
    keep_days: str = ""
    erasures_file: Path | None = None

    slack_signing_secret: SecretStr = SecretStr("")
    slack_bot_token: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")  # Socket Mode
    slack_client_id: str = ""  # many workspaces, by OAuth
    slack_client_secret: SecretStr = SecretStr("")
    slack_api_url: str = "https://slack.com/api/"

    entra_app_id: str = ""
    entra_app_secret: SecretStr = SecretStr("")
    entra_tenant_id: str = ""
    entra_openid_url: str = ""

    graph_app_id: str = ""
    graph_app_secret: SecretStr = SecretStr("")
    graph_certificate_file: Path | None = None
    graph_tenant_id: str = ""
    graph_mail_from: str = ""
    graph_calendar: str = ""
    graph_teams_app: str = ""
    graph_url: str = ""
    graph_token_url: str = ""

    mail_host: str = ""
    mail_port: int = 587
    mail_user: str = ""
    mail_password: SecretStr = SecretStr("")
    mail_from: str = ""
    mail_reply_to: str = ""

    teams_app_id: str = ""
    teams_app_secret: SecretStr = SecretStr("")
    teams_tenant_id: str = ""
    teams_service_hosts: str = "smba.trafficmanager.net"
    teams_openid_url: str = ""
    teams_token_url: str = ""

    @property
    def in_demo(self) -> bool:
        return self.profile is Profile.DEMO

    @property
    def in_development(self) -> bool:
        return self.profile is Profile.DEVELOPMENT

    @property
    def in_production(self) -> bool:
        return self.profile is Profile.PRODUCTION

    @property
    def has_slack(self) -> bool:
        return bool(self.slack_bot_token.get_secret_value()) or self.has_many_slacks

    @property
    def keeps(self) -> Keeps:
        return keeps_from(self.keep_days)

    @property
    def has_many_slacks(self) -> bool:
        return bool(self.slack_client_id)

    @property
    def has_teams(self) -> bool:
        return bool(self.teams_app_id)

    @property
    def has_entra(self) -> bool:
        return bool(self.entra_app_id)

    @property
    def has_graph(self) -> bool:
        return bool(self.graph_app_id)

    @property
    def has_mail(self) -> bool:
        return bool(self.mail_host or self.graph_mail_from)

    @property
    def mail_without_tls(self) -> bool:
        """Only for a developer, and on this machine."""
        return self.in_development and self.mail_host in LOOPBACK

    @property
    def teams_hosts(self) -> frozenset[str]:
        return frozenset(host.strip().lower() for host in self.teams_service_hosts.split(",") if host.strip())
