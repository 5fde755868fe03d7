"""The process that jobs are forked from: it holds the mathematics ready, and looks after its own.

It is started by :mod:`detente.web.jobs.children` with one end of a socket. A line ``start NAME``
comes with two files (see :mod:`detente.web.jobs.worker`) and forks a process; ``stop NAME`` ends
one, with all that it started, whatever it is doing. Of each process that ended, one line of JSON
goes back. When the socket closes, the workbench is gone, and all ends.

Everything here is plain Python that never waits for a job, so it hears at once.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import signal
import socket
import sys
import traceback
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from detente.web.jobs.worker import run

_PR_SET_CHILD_SUBREAPER = 36
_MOST_FILES = 32


def main(number: str, preload: str) -> None:
    """Serve the workbench behind the socket with a number until it is gone.

    preload : modules that are imported once for all, as JSON
    """
    control = socket.socket(fileno=int(number))
    for module in json.loads(preload):
        import_module(module)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    _Nursery(control).serve()


class _Nursery:
    """All processes that were forked here and live."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.workers: dict[int, str] = {}
        self._heard, self._files = b"", list[int]()
        self._wake, waker = socket.socketpair()
        for end in (self._wake, waker):
            end.settimeout(0)
        self._waker = waker
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)

    def serve(self) -> None:
        """Do what the workbench says until it is gone; then end all that is left."""
        try:
            while True:
                ready, _, _ = select.select([self.control, self._wake], [], [])
                if self._wake in ready:
                    with suppress(BlockingIOError):
                        while self._wake.recv(4096):
                            pass
                    self._reap()
                if self.control in ready and not self._listen():
                    return
        finally:
            for pid in self.workers:
                _kill(pid)
                os.waitpid(pid, 0)
            self.workers.clear()
            self._end_strays()

    def _listen(self) -> bool:
        """Do what the workbench says now; return whether it is still there."""
        try:
            data, files, _, _ = socket.recv_fds(self.control, 65536, _MOST_FILES)
        except ConnectionError:  # it is gone, and has not heard all that was said to it
            return False
        self._files += files
        *lines, self._heard = (self._heard + data).split(b"\n")
        for line in lines:
            word, _, name = line.decode().partition(" ")
            if word == "start":
                self._start(name, self._files.pop(0), self._files.pop(0))
            else:
                self._stop(name)
        return bool(data)

    def _start(self, name: str, line: int, file: int) -> None:
        pid = os.fork()
        if pid == 0:
            self._be_worker(line, file)
        os.close(line)
        os.close(file)
        self.workers[pid] = name

    def _be_worker(self, line: int, file: int) -> None:
        """Become the process of a job; never return."""
        status = 70
        try:
            os.setsid()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for end in (self.control, self._wake, self._waker):
                end.close()
            run(socket.socket(fileno=line), os.fdopen(file, "r+b"))
            status = 0
        except BaseException:  # noqa: BLE001 - this is the end of the process
            traceback.print_exc()
        finally:
            os._exit(status)

    def _stop(self, name: str) -> None:
        for pid, other in self.workers.items():
            if other == name:
                _kill(pid)

    def _reap(self) -> None:
        """Tell of the processes that have ended, and end what they left behind."""
        for pid in list(self.workers):
            found, status, usage = os.wait4(pid, os.WNOHANG)
            if found:
                _kill_group(pid)
                told = (self.workers.pop(pid), os.waitstatus_to_exitcode(status), usage.ru_maxrss)
                with suppress(OSError):
                    self.control.sendall(json.dumps(told).encode() + b"\n")
        self._end_strays()

    def _end_strays(self) -> None:
        """End the programs that jobs had started in groups of their own and left behind."""
        with suppress(OSError):
            found = Path(f"/proc/self/task/{os.getpid()}/children").read_text("ascii").split()
            for pid in {int(one) for one in found} - set(self.workers):
                _kill(pid)
                with suppress(ChildProcessError):
                    os.waitpid(pid, 0)


def _kill(pid: int) -> None:
    """End a process that was not waited for yet, and its group."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    _kill_group(pid)


def _kill_group(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
