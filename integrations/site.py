"""People's own pages as the server mounts them, with a sign-in by Microsoft if it is configured."""

from collections.abc import Iterator

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Route

from bot.context import Site
from bot.features.pages import PATH
from integrations.settings import Settings
from integrations.web.pages import Pages, pages_app
from scheduler.postman import Now
from storage.database import Sessions, engine_of
from storage.records.base import keys_of


def site_of(settings: Settings) -> Site:
    return Site(_address(settings), "teams" if settings.has_entra else "", settings.has_mail, settings.keeps)


def own_pages(settings: Settings, sessions: Sessions, now: Now) -> Iterator[BaseRoute]:
    pages = Pages(sessions, now, _address(settings).startswith("https://"), microsoft=settings.has_entra)
    yield from _mounted(pages_app(pages, *_sign_in(settings, pages)))
    yield Route("/", _to_pages)


def demo_pages(sessions: Sessions, now: Now) -> Iterator[BaseRoute]:
    return _mounted(pages_app(Pages(sessions, now, secure=False, made_up=True), [], []))


def _mounted(app: Starlette) -> Iterator[BaseRoute]:
    """With its whole path: a Mount would have no page at /pages itself."""
    yield from (Route(path, app) for path in (PATH, PATH + "/{rest:path}", "/static/{rest:path}"))


def _sign_in(settings: Settings, pages: Pages) -> tuple[list[BaseRoute], list[Middleware]]:
    if not settings.has_entra:
        return [], []
    from starlette.middleware.sessions import SessionMiddleware

    from integrations.web.entra import Access, Entra

    access = Access(
        app_id=settings.entra_app_id,
        secret=settings.entra_app_secret.get_secret_value(),
        tenant=settings.entra_tenant_id,
        address=_address(settings),
        openid_url=settings.entra_openid_url,
    )
    secret = keys_of(engine_of(pages.sessions).dialect).secret("sign-in")
    on_the_way = Middleware(
        SessionMiddleware, secret_key=secret, session_cookie="mace-sign-in", max_age=600, https_only=pages.secure
    )
    return Entra(access, pages).routes(), [on_the_way]


def _address(settings: Settings) -> str:
    return settings.public_url.rstrip("/")


async def _to_pages(_request: Request) -> RedirectResponse:
    return RedirectResponse(PATH, 303)
