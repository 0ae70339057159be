"""What an installation may not be set to where Microsoft Graph is concerned: a sentence each, as in unsafe.py."""

import re
from collections.abc import Iterator
from pathlib import Path

from integrations.settings import Settings
from integrations.unsafe import ADDRESS, is_here

GRAPH_NEEDS_ALL = (
    "Microsoft Graph needs MACE_GRAPH_APP_ID, MACE_GRAPH_TENANT_ID, and either MACE_GRAPH_APP_SECRET or "
    "MACE_GRAPH_CERTIFICATE_FILE. Set these, or take all MACE_GRAPH_ variables away."
)
GRAPH_DOES_NOTHING = (
    "Microsoft Graph is to do nothing: set MACE_GRAPH_MAIL_FROM, MACE_GRAPH_CALENDAR or MACE_GRAPH_TEAMS_APP, or take "
    "all MACE_GRAPH_ variables away."
)
NO_GRAPH_IN_DEMO = (
    "The demo's people are invented, so it cannot be connected to Microsoft Graph. "
    "Set MACE_PROFILE to development, or take the MACE_GRAPH_ variables away."
)
ODD_GRAPH = (
    "Take MACE_GRAPH_URL and MACE_GRAPH_TOKEN_URL away. Only the development profile may have them, and only on this "
    "machine."
)
ODD_MAILBOX = (
    "MACE_GRAPH_MAIL_FROM and MACE_GRAPH_CALENDAR are e-mail addresses and nothing else, like mace@camden.example."
)
ODD_TEAMS_APP = (
    "MACE_GRAPH_TEAMS_APP adds the bot's app in Teams for people. It needs the MACE_TEAMS_ settings, and is the id of "
    "the app in your catalogue, like 8d2e7c1a-0f4b-4c62-9d3e-5a6b7c8d9e0f."
)
GUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")
ODD_CERTIFICATE = (
    "MACE_GRAPH_CERTIFICATE_FILE has to be a file in PEM with a certificate and its RSA key, without a password."
)


def wrong_with_graph(settings: Settings) -> Iterator[str]:
    secret, certificate = settings.graph_app_secret.get_secret_value(), settings.graph_certificate_file
    known = (settings.graph_app_id, settings.graph_tenant_id)
    mailboxes = (settings.graph_mail_from, settings.graph_calendar)
    does = (*mailboxes, settings.graph_teams_app)
    urls = [url for url in (settings.graph_url, settings.graph_token_url) if url]
    if settings.in_demo and any((*known, secret, certificate, *does)):
        yield NO_GRAPH_IN_DEMO
    if any((*known, secret, certificate, *does)) and not (all(known) and bool(secret) != bool(certificate)):
        yield GRAPH_NEEDS_ALL
    if settings.has_graph and not any(does):
        yield GRAPH_DOES_NOTHING
    if urls and not (settings.in_development and all(map(is_here, urls))):
        yield ODD_GRAPH
    if not all(ADDRESS.fullmatch(mailbox) for mailbox in mailboxes if mailbox):
        yield ODD_MAILBOX
    if settings.graph_teams_app and not (settings.has_teams and GUID.fullmatch(settings.graph_teams_app)):
        yield ODD_TEAMS_APP
    if certificate and not _has_a_key(certificate):
        yield ODD_CERTIFICATE


def _has_a_key(certificate: Path) -> bool:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
    from cryptography.x509 import load_pem_x509_certificate

    try:
        load_pem_x509_certificate(certificate.read_bytes())
        return isinstance(load_pem_private_key(certificate.read_bytes(), None), RSAPrivateKey)
    except (OSError, ValueError, TypeError):  # TypeError: it wants a password
        return False
