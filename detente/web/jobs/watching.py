"""Watching jobs: any number of watchers for one look at the queue now and then."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping

from detente.web.jobs.asking import Asking, Job
from detente.web.storage.cases import UnknownError

_FRESH = 0.25
"""Seconds for which a look at the queue is good enough."""


class Watch:
    """Looks at the queue for all who watch."""

    def __init__(self, asking: Asking) -> None:
        self.asking = asking
        self._seen: Mapping[str, Job] = {}
        self._at = float("-inf")
        self._lock = asyncio.Lock()

    async def follow(self, job_id: str) -> AsyncIterator[Job | None]:
        """Go through what becomes of a job, from now to its end; None when it is gone."""
        last: Job | None = None
        while True:
            job = await self._look(job_id)
            if job is None or job != last:
                yield job
            if job is None or job.over:
                return
            last = job
            await asyncio.sleep(_FRESH)

    async def _look(self, job_id: str) -> Job | None:
        async with self._lock:
            if time.monotonic() > self._at + _FRESH:
                self._seen = await asyncio.to_thread(self.asking.unfinished)
                self._at = time.monotonic()
        found = self._seen.get(job_id)
        if found is not None:
            return found
        try:  # it has ended, or it was asked for after the last look
            return await asyncio.to_thread(self.asking.job, job_id)
        except UnknownError:
            return None
