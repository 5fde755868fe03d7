"""How often passwords may be tried: by one address, and by all together."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from threading import Lock

MOST_ADDRESSES = 4096
"""So many addresses are remembered; the one that was quiet for longest is forgotten first."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many tries at once, and one more each so many seconds."""

    at_once: float
    seconds: float


EACH = Allowance(10, 30)
ALL = Allowance(40, 2)


@dataclass(slots=True)
class _Bucket:
    allowance: Allowance
    left: float
    since: float

    def wait(self, moment: float) -> float:
        """Return how many seconds it takes until there is a try left."""
        gained = (moment - self.since) / self.allowance.seconds
        self.left, self.since = min(self.allowance.at_once, self.left + gained), moment
        return max(0.0, (1 - self.left) * self.allowance.seconds)


class Attempts:
    """The tries that are left: ``EACH`` for every address, ``ALL`` for everybody together."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._all = _Bucket(ALL, ALL.at_once, clock())
        self._each: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, address: str) -> int:
        """Take a try and return 0; where none is left, return in how many seconds one will be."""
        with self._lock:
            moment = self._clock()
            bucket = self._bucket(_neighbourhood(address), moment)
            wait = max(bucket.wait(moment), self._all.wait(moment))
            if wait > 0:
                return ceil(wait)
            bucket.left -= 1
            self._all.left -= 1
            return 0

    def give_back(self, address: str) -> None:
        """Give back a try that was with the right password."""
        with self._lock:
            bucket = self._each.get(_neighbourhood(address))
            if bucket is not None:
                bucket.left += 1
            self._all.left += 1

    def _bucket(self, address: str, moment: float) -> _Bucket:
        bucket = self._each.pop(address, None) or _Bucket(EACH, EACH.at_once, moment)
        self._each[address] = bucket
        if len(self._each) > MOST_ADDRESSES:
            self._each.popitem(last=False)
        return bucket


def _neighbourhood(address: str) -> str:
    """Return what stands for an address: with IPv6, everybody has a whole network of them."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(ip_network((found, 64), strict=False))
    return address
