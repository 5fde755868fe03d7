"""Where the workbench listens, and who can reach it there."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_network

import click

from detente.errors import DetenteError, quote
from detente.web.security.origins import is_loopback

TRIED = 50
"""So many ports are tried, from the usual one on, before giving up."""
_EVERY = ("0.0.0.0", "::")  # noqa: S104 - compared with, not listened at


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An address to listen at.

    proxy : addresses, with commas between, whose word on who asks is believed
    """

    host: str
    proxy: str = ""

    def __post_init__(self) -> None:
        for one in self.proxy.split(",") if self.proxy else ():
            try:
                ip_network(one.strip())
            except ValueError:
                message = (
                    f"--proxy needs the address of the proxy, such as 127.0.0.1, not {quote(one)}"
                )
                raise DetenteError(message) from None

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return all(is_loopback(str(sockaddr[0])) for *_, sockaddr in _resolved(self.host))

    @property
    def others_reach_it(self) -> bool:
        """Whether others can reach it, be it through a proxy."""
        return bool(self.proxy) or not self.is_loopback


@dataclass(frozen=True, slots=True)
class Listening:
    """A socket that listens.

    address : what to type into a browser on this machine
    known_as : what others type
    """

    socket: socket.socket
    address: str
    known_as: str


@contextmanager
def listening(place: Place, port: int, *, chosen: bool) -> Iterator[Listening]:
    """Listen at a place while the block runs.

    chosen : the port was asked for, so that no other will do; else the next free one is used

    Raises
    ------
    DetenteError
        One cannot listen there.
    """
    family, kind, protocol, _, sockaddr = _resolved(place.host)[0]
    last = port if chosen else min(port + TRIED, 65535)
    for candidate in range(port, last + 1):
        opened = socket.socket(family, kind, protocol)
        try:
            if os.name == "posix":
                opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            opened.bind((sockaddr[0], candidate, *sockaddr[2:]))
            opened.listen()
        except OSError as error:
            opened.close()
            if error.errno == errno.EADDRINUSE and candidate < last:
                continue
            raise _refused(place, candidate, error) from None
        with opened:
            found = opened.getsockname()[1]
            if port and found != port:
                click.echo(f"Port {port} is taken, so {found} is used", err=True)
            here = "127.0.0.1" if place.host in _EVERY else place.host
            there = socket.gethostname() if place.host in _EVERY else place.host
            yield Listening(opened, _http(here, found), _http(there, found))
        return


def _resolved(host: str) -> list[tuple[int, int, int, str, tuple[str, int]]]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        message = f"{quote(host)} is no address of this machine"
        raise DetenteError(message) from None
    return found  # type: ignore[return-value]  # the names of address families are numbers


def _refused(place: Place, port: int, error: OSError) -> DetenteError:
    if error.errno == errno.EADDRINUSE:
        reason = "something else listens there; leave --port out, or name another one"
    elif error.errno == errno.EACCES:
        reason = "ports below 1024 are for the system; name a higher one"
    elif error.errno == errno.EADDRNOTAVAIL:
        reason = "it is no address of this machine"
    else:
        reason = (error.strerror or "no reason is told").lower()
    return DetenteError(f"cannot listen at {place.host}, port {port}: {reason}")


def _http(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
