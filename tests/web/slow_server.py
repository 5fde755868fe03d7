"""A workbench whose questions are slow, as a program of its own that can be killed.

``python -m tests.web.slow_server DATABASE PORT [JOBS]``
"""

from __future__ import annotations

import logging
import sys
from functools import partial

import uvicorn

from detente.web.app import create_app
from detente.web.jobs.runner import Runner
from detente.web.settings import Limits, Settings
from tests.web.slow_tasks import ENTRY


def main(database: str, port: str, jobs: str = "2") -> None:
    """Serve until killed."""
    logging.basicConfig(level=logging.ERROR)
    settings = Settings(database=database, limits=Limits(jobs=int(jobs)))
    asking = partial(Runner, entry=ENTRY, preload=["tests.web.slow_tasks"])
    uvicorn.run(
        create_app(settings, asking=asking),
        port=int(port),
        log_level="warning",
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
