"""mace-bot with shorter waits, for tests in which it is killed."""

from dataclasses import replace
from datetime import timedelta

from integrations.cli import main
from integrations.slack import pacing, platform
from scheduler import claiming, engine, leading, recovering

engine.BEATS, engine.DEAD = 1, 3
leading.LETS_GO = 6_000
claiming.LEASE = timedelta(seconds=6)
recovering.TAKEN_WITHIN = timedelta(seconds=6)
platform.FROZEN = 3
pacing.LIMITS = tuple(replace(one, per=min(one.per, timedelta(seconds=10))) for one in pacing.LIMITS)  # type: ignore[assignment]

if __name__ == "__main__":
    main()
