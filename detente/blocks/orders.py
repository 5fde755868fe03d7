"""What agendas and roadmaps share: named orders, and the time and the chance that things take."""

from __future__ import annotations

from dataclasses import dataclass

from detente.sequence import Bundles
from detente.statements.statement import Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A named order of the issues of a case: of talks on them, or of putting them into force."""

    name: str
    sequence: Bundles
    title: str = ""
    provenance: Provenance = Provenance()

    def applies(self, view: str) -> bool:
        """Tell whether it belongs to a view; unmarked ones belong to every view."""
        return self.provenance.applies(view)

    @property
    def label(self) -> str:
        """What people read."""
        return self.title or self.name.replace("_", " ")
