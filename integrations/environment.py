"""What this installation chose, read from its environment; or why it may not start like that."""

from itertools import chain

from pydantic import ValidationError

from integrations.settings import Settings, UnsafeSetting
from integrations.unsafe import wrongs
from integrations.unsafe_graph import wrong_with_graph


def read_settings() -> Settings:
    """From the environment; or UnsafeSetting, with a sentence for whoever runs the installation."""
    try:
        settings = Settings()
    except ValidationError as error:
        names = ", ".join(f"MACE_{str(one['loc'][0]).upper()}" for one in error.errors())
        raise UnsafeSetting(f"Check {names}. MACE_PROFILE is demo, development or production.") from None
    if wrong := next(chain(wrong_with_graph(settings), wrongs(settings)), None):
        raise UnsafeSetting(wrong)
    return settings
