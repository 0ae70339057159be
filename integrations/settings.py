"""What an installation may choose, from the environment: variables that begin with MACE_."""

from collections.abc import Iterator
from enum import StrEnum
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


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
    public_url: str = "http://127.0.0.1:8000"

    slack_signing_secret: SecretStr = SecretStr("")
    slack_bot_token: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")  # Socket Mode
    slack_api_url: str = "https://slack.com/api/"

    @property
    def has_slack(self) -> bool:
        return bool(self.slack_bot_token.get_secret_value())


def read_settings() -> Settings:
    """From the environment; or UnsafeSetting, with a sentence for whoever runs the installation."""
    try:
        settings = Settings()
    except ValidationError as error:
        names = ", ".join(f"MACE_{str(one['loc'][0]).upper()}" for one in error.errors())
        raise UnsafeSetting(f"Check {names}. MACE_PROFILE is demo, development or production.") from None
    if settings.profile is Profile.PRODUCTION:
        raise UnsafeSetting(
            "The production profile cannot start yet: this version does not verify callers or encrypt the database. "
            "Set MACE_PROFILE to demo or development."
        )
    if wrong := next(_wrong_with_slack(settings), None):
        raise UnsafeSetting(wrong)
    return settings


LOOPBACK = ("127.0.0.1", "localhost", "::1")
SLACK_NEEDS_BOTH = (
    "Slack needs MACE_SLACK_BOT_TOKEN and MACE_SLACK_SIGNING_SECRET. Set both, or neither to do without Slack. "
    "In the development profile MACE_SLACK_APP_TOKEN can take the place of the secret."
)
NO_SLACK_IN_DEMO = (
    "The demo lets everybody choose who they are, so it cannot be connected to Slack. "
    "Set MACE_PROFILE to development, or take the MACE_SLACK_ variables away."
)
NO_SOCKET = (
    "MACE_SLACK_APP_TOKEN opens Socket Mode, which can lose what people press. It is for the development profile only."
)
ODD_SLACK = "Take MACE_SLACK_API_URL away. Only the development profile may have one, and only on this machine."


def _wrong_with_slack(settings: Settings) -> Iterator[str]:
    token, secret, app = (
        bool(one.get_secret_value())
        for one in (settings.slack_bot_token, settings.slack_signing_secret, settings.slack_app_token)
    )
    developing = settings.profile is Profile.DEVELOPMENT
    if settings.profile is Profile.DEMO and (token or secret or app):
        yield NO_SLACK_IN_DEMO
    if app and not developing:
        yield NO_SOCKET
    if token != (secret or app):
        yield SLACK_NEEDS_BOTH
    url = settings.slack_api_url
    local = developing and urlsplit(url).hostname in LOOPBACK and url.endswith("/api/")
    if url != Settings.model_fields["slack_api_url"].default and not local:
        yield ODD_SLACK
