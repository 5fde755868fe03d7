"""Arguments of commands that are more than text: a case by file or name, and a span of time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class CaseArgument(click.ParamType[str]):
    """A file, the name of a catalogue case, or ``-`` for standard input."""

    name = "case"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Offer files, and the names of the catalogue."""
        from click.shell_completion import CompletionItem

        from detente.catalog import names

        del ctx, param
        found = [CompletionItem(name) for name in names() if name.startswith(incomplete)]
        return [*found, CompletionItem(incomplete, type="file")]


class Seconds(click.FloatRange):
    """A span of time; "nan" is a float, and no number."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Refuse what is not above nothing."""
        seconds: float = super().convert(value, param, ctx)
        if not seconds > 0:
            self.fail(f"{value} is no number of seconds.", param, ctx)
        return seconds
