"""Meetings: planned, given an agenda, and the agenda broadcast to the panel."""

from bot.features.meetings import agendas, planning
from bot.features.meetings.agendas import JOBS, OWED

COMMANDS = (*agendas.COMMANDS, *planning.COMMANDS)
FORMS = (*agendas.FORMS, *planning.FORMS)

__all__ = ["COMMANDS", "FORMS", "JOBS", "OWED"]
