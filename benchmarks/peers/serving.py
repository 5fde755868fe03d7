"""One side at work in a process of its own: ``python -m benchmarks.peers.serving MODULE SOCKET``.

MODULE has ``ways()``, the questions it can answer; SOCKET is the number of an open one, on which
commands come and answers go. Nothing but the standard library is imported here.
"""

from __future__ import annotations

import importlib
import sys
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from benchmarks.effort import with_effort


def main(module: str, socket: str) -> None:
    """Obey commands until the other end closes."""
    connection = Connection(int(socket))
    try:
        ways = importlib.import_module(module).ways()
        connection.send(("ready", None))
        way = prepared = found = None
        while True:
            command, content = connection.recv()
            reply: Any = None
            if command == "prepare":
                question, given = content
                way = found = None
                way = ways[question]
                prepared = way.prepare(given)
            elif command == "run" and way is not None:
                found = None
                found, effort = with_effort(partial(way.solve, way.begin(prepared)))
                reply = (effort.wall, effort.cpu, effort.memory)
            elif way is not None:
                reply = way.answer(prepared, found)
            connection.send((command, reply))
    except (EOFError, KeyboardInterrupt):
        return
    except Exception as error:  # noqa: BLE001 - whatever went wrong is told to whoever waits
        first = str(error).strip().partition("\n")[0]
        connection.send(("failed", f"{type(error).__name__}: {first}"))


if __name__ == "__main__":
    main(*sys.argv[1:])
