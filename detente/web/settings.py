"""How a workbench is run: where it listens, where it keeps things, and how much it may use."""

from __future__ import annotations

from dataclasses import dataclass, field

from platformdirs import user_data_path


def default_database() -> str:
    """Return the address of the database of the person who runs the workbench."""
    return f"sqlite:///{user_data_path('detente', appauthor=False) / 'workbench.db'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a workbench may use.

    upload : bytes of one request
    jobs : how many run at the same time; the others wait in a queue
    queue : how many may wait; further ones are refused
    job_seconds, job_memory : what one job may take, in seconds and bytes
    analysts : how many processes make cases ready for the composer at the same time
    """

    upload: int = 4 * 2**20
    jobs: int = 2
    queue: int = 100
    job_seconds: float = 600
    job_memory: int = 4 * 2**30
    analysts: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One workbench.

    database : an address as SQLAlchemy writes it, ``sqlite:///FILE`` or ``postgresql+psycopg://…``
    password, reader_password : argon2id hashes; who knows the first may change cases, who knows the
        second may look. Nobody is asked where there is neither.
    readings, seed : circumstances of every answer
    """

    database: str = field(default_factory=default_database)
    host: str = "127.0.0.1"
    port: int = 8642
    password: str = ""
    reader_password: str = ""
    readings: int = 1000
    seed: int = 0
    limits: Limits = field(default_factory=Limits)

    @property
    def open_to_all(self) -> bool:
        """Whether nobody is asked for a password."""
        return not self.password and not self.reader_password
