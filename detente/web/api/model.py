"""What all bodies of requests and answers share."""

from __future__ import annotations

from typing import Annotated, Any, Self

from fastapi import Path
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from detente.composer import MOST_BYTES


class Model(BaseModel):
    """A body: no further fields, and no guessing of types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    @classmethod
    def of(cls, thing: object) -> Self:
        """Return what is told of a thing: its attributes by the names of the fields."""
        return cls.model_validate(thing, from_attributes=True)


def whole(value: Any) -> Any:
    """Return a number that JSON may write as 3 or as 3.0; true and "3" are none."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


_CONTROL = "\\x00-\\x1f\\x7f-\\x9f"

CaseText = Annotated[
    str, StringConstraints(min_length=1, max_length=MOST_BYTES, pattern=r"^[^\x00]*$")
]
"""The text of a case file."""
Name = Annotated[
    str,
    StringConstraints(max_length=200, pattern=rf"^[^{_CONTROL}]*[^\s{_CONTROL}][^{_CONTROL}]*$"),
]
"""A name that people read, on one line."""
Note = Annotated[str, StringConstraints(max_length=1000, pattern=rf"^[^{_CONTROL}]*$")]
"""A remark on one line."""
Number = Annotated[int, Field(ge=1, le=2**31 - 1), BeforeValidator(whole)]
"""The number of a revision."""

Id = Annotated[str, Path(pattern=r"^[0-9a-f]{1,32}$")]
"""The name of a case, package or job in an address."""
At = Annotated[int, Path(ge=1, le=2**31 - 1)]
"""The number of a revision in an address."""
