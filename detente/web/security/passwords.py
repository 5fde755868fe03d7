"""Passwords, which are kept as argon2id hashes; and secrets too long to be guessed."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from anyio import CapacityLimiter, to_thread
from pwdlib import PasswordHash

from detente.web.security.access import Role
from detente.web.settings import Settings

LONGEST, SHORTEST = 1024, 8
"""Characters of a password."""
AT_A_TIME = 2
"""So many passwords are checked at a time: each takes 64 MB and a good part of a second."""

_HASHING = PasswordHash.recommended()


def hashed(password: str) -> str:
    """Return what is kept of a password; a hash is kept as it is."""
    return password if is_hash(password) else _HASHING.hash(password)


def is_hash(password: str) -> bool:
    """Tell whether what was given as a password is the hash of one."""
    return password.startswith("$argon2id$")


def secret() -> str:
    """Return 256 bits that nobody can guess, fit for cookies and headers."""
    return secrets.token_urlsafe(32)


def digest(given: str, bound_to: str = "") -> str:
    """Return what is kept of a secret; one that is bound to something is worth nothing without."""
    return hmac.new(bound_to.encode(), given.encode(), hashlib.sha256).hexdigest()


class Passwords:
    """The passwords of a workbench."""

    def __init__(self, settings: Settings) -> None:
        self.hashes = {
            role: kept
            for role, kept in (
                (Role.EDITOR, settings.password),
                (Role.READER, settings.reader_password),
            )
            if kept
        }
        self._limiter = CapacityLimiter(AT_A_TIME)

    async def role(self, password: str) -> Role:
        """Return the role of somebody who gives a password.

        Every hash is tried, whichever fits, so that the time that it takes tells nothing.
        """
        if not 0 < len(password) <= LONGEST:
            return Role.VISITOR
        found = await to_thread.run_sync(self._fitting, password, limiter=self._limiter)
        return next((role for role in self.hashes if role in found), Role.VISITOR)

    def _fitting(self, password: str) -> set[Role]:
        return {role for role, kept in self.hashes.items() if _HASHING.verify(password, kept)}
