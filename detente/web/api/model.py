"""What all bodies of requests and answers share."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from detente.composer import MOST_BYTES


class Model(BaseModel):
    """A body: no further fields, and no guessing of types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


CaseText = Annotated[str, StringConstraints(min_length=1, max_length=MOST_BYTES)]
"""The text of a case file."""
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"\S")]
"""A name that people read."""
Note = Annotated[str, StringConstraints(max_length=1000)]
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
"""The number of a revision."""

Id = Annotated[str, Path(pattern=r"^[0-9a-f]{1,32}$")]
"""The name of a case, package or job in an address."""
At = Annotated[int, Path(ge=1, le=2**31 - 1)]
"""The number of a revision in an address."""
