"""The two icons of the Teams app, drawn here so that there is no picture to keep: a speech bubble with a tick."""

import zlib
from collections.abc import Callable
from itertools import pairwise
from math import hypot
from struct import pack

Point = tuple[float, float]
Paint = Callable[[float, float], bytes]  # the middle of a pixel -> its red, green, blue and opacity

BOX = 32.0  # the mark's own measure: as wide as the smaller icon
MIDDLE, HALF, ROUND = (16.0, 13.5), (14.0, 11.5), 5.5  # of the bubble
TAIL: tuple[Point, ...] = ((7.0, 18.0), (25.0, 18.0), (7.0, 31.0))  # clockwise; it begins well inside the bubble
TICK: tuple[Point, ...] = ((9.5, 13.5), (14.0, 18.0), (22.5, 9.5))
LINE, STROKE = 2.0, 2.75  # how thick: round the bubble, and of the tick
WHITE = (255, 255, 255)


def outline() -> bytes:
    """32 by 32: white lines on nothing, as Teams asks."""

    def paint(x: float, y: float) -> bytes:
        line = min(abs(_bubble(x, y) + LINE / 2) - LINE / 2, _tick(x, y, LINE + 0.25))
        return bytes((*WHITE, round(255 * _covered(line))))

    return png(32, paint)


def colour(background: str) -> bytes:
    """192 by 192: the mark stays in the middle, because Teams cuts the corners off."""
    side, mark = 192, 120
    scale, edge = mark / BOX, (side - mark) / 2
    ground = tuple(bytes.fromhex(background.removeprefix("#")))

    def paint(x: float, y: float) -> bytes:
        at = (x - edge) / scale, (y - edge) / scale
        white = _covered(_bubble(*at) * scale) * (1 - _covered(_tick(*at, STROKE) * scale))
        return bytes((*(round(dark + (255 - dark) * white) for dark in ground), 255))

    return png(side, paint)


def png(side: int, paint: Paint) -> bytes:
    rows = (b"".join(paint(x + 0.5, y + 0.5) for x in range(side)) for y in range(side))
    pixels = b"".join(b"\0" + row for row in rows)  # 0: no filter
    header = pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)  # 8 bits each of red, green, blue and opacity
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(pixels, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return pack(">I", len(content)) + kind + content + pack(">I", zlib.crc32(kind + content))


def _covered(distance: float) -> float:
    """How much of a pixel a shape covers whose edge is that far from its middle; less than 0 is inside."""
    return min(max(0.5 - distance, 0.0), 1.0)


# --- how far a point is from the edge of a shape ---


def _bubble(x: float, y: float) -> float:
    return min(_rounded(x, y), _tail(x, y))


def _rounded(x: float, y: float) -> float:
    across, down = (abs(at - middle) - half + ROUND for at, middle, half in zip((x, y), MIDDLE, HALF, strict=True))
    return hypot(max(across, 0), max(down, 0)) + min(max(across, down), 0) - ROUND


def _tail(x: float, y: float) -> float:
    return max(_beside(x, y, *side) for side in pairwise((*TAIL, TAIL[0])))


def _beside(x: float, y: float, start: Point, end: Point) -> float:
    across, down = end[0] - start[0], end[1] - start[1]
    return ((x - start[0]) * down - (y - start[1]) * across) / hypot(across, down)


def _tick(x: float, y: float, thick: float) -> float:
    return min(_from_line(x, y, *line) for line in pairwise(TICK)) - thick / 2


def _from_line(x: float, y: float, start: Point, end: Point) -> float:
    across, down = end[0] - start[0], end[1] - start[1]
    along = ((x - start[0]) * across + (y - start[1]) * down) / (across**2 + down**2)
    near = min(max(along, 0), 1)
    return hypot(x - start[0] - near * across, y - start[1] - near * down)
