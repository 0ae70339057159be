"""What Microsoft Graph does for an installation: no more than its settings ask for."""

from typing import TYPE_CHECKING

from integrations.settings import Settings

if TYPE_CHECKING:
    from integrations.graph.client import Graph

PERMISSIONS = {  # and with which setting
    "Mail.Send": (
        "to send e-mail from one mailbox: reminders and agendas, for people who have no chat or prefer e-mail. It "
        "reads no mail",
        "MACE_GRAPH_MAIL_FROM",
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
