"""Before any of Slack's own code: size, shape and signature of a request (TRUST.md T-01, T-02, T-17)."""

import hashlib
import hmac
import re
from collections.abc import Callable
from datetime import datetime

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from integrations.guard import again, whole_body

WINDOW = 300  # seconds
TIMESTAMP = re.compile(rb"[0-9]{1,11}")
SIGNATURE = re.compile(rb"v0=[0-9a-f]{64}")


class Guard:
    """Lets through what Slack signed a moment ago; anything else gets a status and no word."""

    def __init__(self, app: ASGIApp, secret: str, now: Callable[[], datetime]) -> None:
        self.app, self.secret, self.now = app, secret.encode(), now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await whole_body(receive)
        if body is None:
            await Response(status_code=413)(scope, receive, send)
        elif not self._is_signed(Headers(scope=scope), body):
            await Response(status_code=401)(scope, receive, send)
        else:
            await self.app(scope, again(body), send)

    def _is_signed(self, headers: Headers, body: bytes) -> bool:
        stamps, signatures = headers.getlist("X-Slack-Request-Timestamp"), headers.getlist("X-Slack-Signature")
        if len(stamps) != 1 or len(signatures) != 1:
            return False
        stamp, signature = stamps[0].encode("latin-1"), signatures[0].encode("latin-1")
        if not TIMESTAMP.fullmatch(stamp) or not SIGNATURE.fullmatch(signature):
            return False
        if abs(self.now().timestamp() - int(stamp)) > WINDOW:
            return False
        expected = "v0=" + hmac.new(self.secret, b"v0:" + stamp + b":" + body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(expected.encode(), signature)
