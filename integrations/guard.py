"""What every door checks before any vendor's code runs: no more is read than a platform would send."""

from starlette.types import Message, Receive

LARGEST = 256 * 1024  # bytes


async def whole_body(receive: Receive, largest: int = LARGEST) -> bytes | None:
    """None if it is too large, whatever its headers say."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > largest:
            return None
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return bytes(body)


def again(body: bytes) -> Receive:
    """For whoever reads it after us."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
