"""Finding somebody's id in the directory by their work e-mail address, and nothing else about them."""

from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph.generated.users.users_request_builder import UsersRequestBuilder

from bot.ports import Undeliverable
from integrations.graph.client import Graph, Refused, put_off

NOBODY = "nobody in your Microsoft 365 has the e-mail address that they were added with"
SEVERAL = "several people in your Microsoft 365 have the e-mail address that they were added with"
Query = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters


async def find(graph: Graph, address: str) -> str:
    """Staff and guests; or Undeliverable with words for the coordinator, TryLater or Unknown."""
    try:
        found = await graph.asked(graph.client.users.get(RequestConfiguration(query_parameters=_query(address))))
    except Refused as refused:
        raise put_off(refused) from None
    ids = [one.id for one in (found and found.value) or () if one.id]
    if len(ids) != 1:
        raise Undeliverable(SEVERAL if ids else NOBODY)
    return ids[0]


def _query(address: str) -> Query:
    quoted = "'" + address.replace("'", "''") + "'"
    return Query(filter=f"mail eq {quoted} or userPrincipalName eq {quoted}", select=["id"], top=2)
