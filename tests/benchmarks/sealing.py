"""A secret field of 400 bytes, sealed and opened as its column does it, beside the cipher alone."""

import secrets
from collections.abc import Callable
from statistics import median

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.keys import SAMPLE
from storage.records.base import opened, sealed
from tests.benchmarks.ledger import timed
from tests.benchmarks.start import report

FIELD, TIMES, ROUNDS = "x" * 400, 20_000, 9
PLACE = "person.name"


def microseconds(work: Callable[[], object]) -> float:
    return timed(lambda: [work() for _ in range(TIMES)]) / TIMES * 1e6


def main() -> None:
    cipher, clear = AESGCM(AESGCM.generate_key(256)), FIELD.encode()
    nonce, kept = secrets.token_bytes(12), sealed(FIELD, SAMPLE, PLACE)
    closed = cipher.encrypt(nonce, clear, PLACE.encode())
    for what, ours, raw in (
        (
            "sealing",
            lambda: sealed(FIELD, SAMPLE, PLACE),
            lambda: cipher.encrypt(secrets.token_bytes(12), clear, PLACE.encode()),
        ),
        (
            "opening",
            lambda: opened(kept, SAMPLE, PLACE),
            lambda: cipher.decrypt(nonce, closed, PLACE.encode()),
        ),
    ):
        rounds = [(microseconds(ours), microseconds(raw)) for _ in range(ROUNDS)]
        mine, bare = (median(one[which] for one in rounds) for which in (0, 1))
        report(f"{what} a field of 400 bytes, beside the cipher alone", mine, "us", bare, "value < 5")


if __name__ == "__main__":
    main()
