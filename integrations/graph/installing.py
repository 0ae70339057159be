"""Adding our app in Teams for one person, so that it may write first."""

import logging

from msgraph.generated.models.user_scope_teams_app_installation import UserScopeTeamsAppInstallation

from bot.ports import Undeliverable
from integrations.graph.client import URL, Graph, Refused
from integrations.graph.people import find
from storage.levels import Classified, unsealed

log = logging.getLogger(__name__)

THERE_ALREADY = 409
NOT_ALLOWED = "your Microsoft 365 does not let me add the app for them"


async def install(graph: Graph, app: str, email: Classified) -> str:
    """Their id.  It may be there already; or Undeliverable, TryLater or Unknown."""
    person = await find(graph, str(unsealed(email)))
    wanted = UserScopeTeamsAppInstallation(
        additional_data={"teamsApp@odata.bind": f"{URL}/appCatalogs/teamsApps/{app}"}
    )
    try:
        await graph.asked(graph.client.users.by_user_id(person).teamwork.installed_apps.post(wanted))
    except Refused as refused:
        if refused.status != THERE_ALREADY:
            log.error("the app was not added for somebody in Teams: %s", refused)
            raise Undeliverable(f"{NOT_ALLOWED} ({refused.status})") from None
    return person
