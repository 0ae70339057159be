"""What an installation may choose, from the environment: MACE_PROFILE, MACE_DATABASE_URL, MACE_PUBLIC_URL."""

from enum import StrEnum

from pydantic import ValidationError
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
    return settings
