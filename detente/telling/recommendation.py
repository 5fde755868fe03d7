"""How the recommended package is told on the first page."""

from __future__ import annotations

from detente.analysis import Analysis
from detente.prose import opening, package_text
from detente.table import Sentence, Share


def recommended_text(analysis: Analysis, *, zone: Share) -> list[Sentence]:
    """Say which package is recommended, and who accepts it; or that none is, where one could be.

    zone : in how many readings anything is acceptable to all
    """
    central = "the central reading, the middle of all readings"
    package = analysis.recommended
    if package is None:
        text = f"On {central}, no package is acceptable to all; so none is recommended."
        return [Sentence(text=text)] if zone.value > 0 else []
    text = f"The recommended package: {package_text(analysis.case, package)}."
    together = analysis.judge([package])[0].together
    if together is not None:
        text += f" {opening(together)} all signatories accept it."
    if analysis.readings.sampled:
        text += f" It is the Nash solution on {central}."
    return [Sentence(text=text)]
