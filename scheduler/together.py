"""Group commit: what is asked for while one transaction runs shares the next one."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

log = logging.getLogger(__name__)

Item = TypeVar("Item")
Result = TypeVar("Result")


class Together(Generic[Item, Result]):
    """`work` does several in one transaction, in a thread.  What fails together is tried one by one: one that cannot
    be done spoils no other.
    """

    def __init__(self, work: Callable[[Sequence[Item]], Sequence[Result]], most: int) -> None:
        self.work, self.most = work, most
        self.waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self.turn = asyncio.Lock()

    async def __call__(self, item: Item) -> Result:
        done: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self.waiting.append((item, done))
        async with self.turn:
            while not done.done():
                await self._next()
        return done.result()

    async def _next(self) -> None:
        await asyncio.sleep(0)  # whoever asks at the same moment joins
        batch, self.waiting = self.waiting[: self.most], self.waiting[self.most :]
        try:
            results = await asyncio.to_thread(self.work, [item for item, _ in batch])
        except Exception as error:
            log.warning("%s are done one by one, since together they failed: %s", len(batch), type(error).__name__)
            for item, done in batch:
                await self._alone(item, done)
            return
        for (_, done), result in zip(batch, results, strict=True):
            done.set_result(result)

    async def _alone(self, item: Item, done: asyncio.Future[Result]) -> None:
        try:
            (result,) = await asyncio.to_thread(self.work, [item])
        except Exception as error:
            done.set_exception(error)
        else:
            done.set_result(result)
