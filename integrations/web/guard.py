"""What every request must pass and every response must carry (TRUST.md 6.1)."""

from pathlib import Path
from secrets import compare_digest
from urllib.parse import parse_qsl, urlsplit

from starlette.datastructures import ImmutableMultiDict, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from integrations.guard import whole_body

Fields = ImmutableMultiDict[str, str]
FILES = Mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))  # ours, and nobody's secret

MOST_FIELDS = 300
TOO_LARGE = "That is too much for one page. Write less, and try again."
NOT_FROM_HERE = "This did not come from our own page, so nothing was done. Open the conversation and try again."
OLD_PAGE = "The page you used is out of date, so nothing was done. Open the conversation and try again."

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
}
HTTPS_ONLY = "max-age=63072000; includeSubDomains"


class SafeHeaders:
    """Middleware: the headers above on every response, and a cookie marked Secure wherever we are reached by https.

    `https`: a web server in front of us has the certificate, so that the request does not say so.
    """

    def __init__(self, app: ASGIApp, https: bool = False) -> None:
        self.app, self.https = app, https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                _make_safe(MutableHeaders(scope=message), https=self.https or scope["scheme"] == "https")
            await send(message)

        await self.app(scope, receive, send_safely if scope["type"] == "http" else send)


def _make_safe(headers: MutableHeaders, *, https: bool) -> None:
    headers.update(HEADERS)
    if https:
        headers["Strict-Transport-Security"] = HTTPS_ONLY
        cookies = headers.getlist("Set-Cookie")
        del headers["Set-Cookie"]
        for cookie in cookies:
            headers.append("Set-Cookie", cookie if "; secure" in cookie.lower() else f"{cookie}; secure")


async def read_form(request: Request, token: str) -> Fields:
    """The fields of a form that our own page sent, with the token it was drawn with; or a refusal with a sentence."""
    body = await whole_body(request.receive)
    if body is None:
        raise HTTPException(413, TOO_LARGE)
    body = body.replace(b"%0D%0A", b"%0A")  # the line ends that browsers send
    check_origin(request)
    try:
        fields = Fields(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        raise HTTPException(400, "I could not read that. Open the conversation and try again.") from None
    check_token(fields, token)
    return fields


def check_token(fields: Fields, token: str) -> None:
    if not compare_digest(fields.get("token", "").encode(), token.encode()):
        raise HTTPException(403, OLD_PAGE)


def check_origin(request: Request) -> None:
    """Browsers say where a request comes from.  Under our own no-referrer policy they say "null" to Origin."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin", "null")
    if site not in (None, "same-origin", "none"):
        raise HTTPException(403, NOT_FROM_HERE)
    if site is None and origin != "null" and urlsplit(origin).netloc != request.headers.get("Host"):
        raise HTTPException(403, NOT_FROM_HERE)
