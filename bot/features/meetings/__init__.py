"""Meetings: planned, given an agenda, and the agenda broadcast to the panel."""

from bot.features.meetings import agendas, calls, planning
from bot.features.meetings.agendas import JOBS
from bot.features.meetings.calls import ERRANDS

COMMANDS = (*agendas.COMMANDS, *planning.COMMANDS)
FORMS = (*agendas.FORMS, *planning.FORMS)
OWED = (*agendas.OWED, *calls.OWED)

__all__ = ["COMMANDS", "ERRANDS", "FORMS", "JOBS", "OWED"]
