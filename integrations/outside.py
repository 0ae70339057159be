"""What Microsoft Graph does for an installation: no more than its settings ask for."""

from functools import partial
from typing import TYPE_CHECKING

from bot.features.directory.apps import TEAMS_APP
from bot.features.meetings.calls import CALENDAR
from integrations.settings import Settings
from scheduler.errands import Doers

if TYPE_CHECKING:
    from integrations.graph.client import Graph

IN_TEAMS = "MACE_GRAPH_TEAMS_APP"
PERMISSIONS = {  # and with which setting
    "Mail.Send": (
        "to send e-mail from one mailbox: reminders and agendas, for people who have no chat or prefer e-mail. It "
        "reads no mail",
        "MACE_GRAPH_MAIL_FROM",
    ),
    "Calendars.ReadWrite": (
        "to put each meeting of the panel into one calendar, with a call in Teams. The entry says the borough, that "
        "its panel meets, and when; nobody is invited to it. The bot reads no other entry",
        "MACE_GRAPH_CALENDAR",
    ),
    "User.ReadBasic.All": (
        "to find the one person with the work e-mail address that a coordinator invited, and of them no more than "
        "their id",
        IN_TEAMS,
    ),
    "TeamsAppInstallation.ReadWriteSelfForUser.All": (
        "to add itself, and no other app, in the Teams of whoever a coordinator invited, so that it can greet them",
        IN_TEAMS,
    ),
}


def graph_of(settings: Settings) -> "Graph | None":
    if not settings.has_graph:
        return None
    from integrations.graph.client import SCOPE, URL, Graph
    from integrations.microsoft import TOKEN_URL, OurToken

    token = OurToken(
        app_id=settings.graph_app_id,
        secret=settings.graph_app_secret.get_secret_value(),
        url=settings.graph_token_url or TOKEN_URL.format(tenant=settings.graph_tenant_id),
        scope=SCOPE,
        certificate=settings.graph_certificate_file,
    )
    return Graph(token, settings.graph_url or URL)


def doers(settings: Settings, graph: "Graph | None") -> Doers:
    """What runs each kind of errand here."""
    run = {}
    if graph and settings.graph_calendar:
        from integrations.graph.calendar import put

        run[CALENDAR] = partial(put, graph, settings.graph_calendar)
    if graph and settings.graph_teams_app:
        from integrations.graph.installing import install

        run[TEAMS_APP] = partial(install, graph, settings.graph_teams_app)
    return run
