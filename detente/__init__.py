"""Detente: a workbench for people who try to end disputes by agreement.

Names load when first used, so that ``import detente`` brings in neither numpy nor scipy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from detente.answers.acceptance import Acceptances, acceptance
    from detente.answers.agenda import Agendas, agenda
    from detente.answers.analyse import Report, analyse
    from detente.answers.answer import Answer
    from detente.answers.ask import AskNext, ask
    from detente.answers.assumptions import Assumptions, assumptions
    from detente.answers.check import Check, check
    from detente.answers.coherence import Coherence, coherence
    from detente.answers.compare import Comparison, compare
    from detente.answers.diff import Changes, diff
    from detente.answers.explain import Explanation, explain
    from detente.answers.handout import Handout, handout
    from detente.answers.hold import Hold, hold
    from detente.answers.leverage import Persuasion, leverage
    from detente.answers.perceptions import Perceptions, perceptions
    from detente.answers.repair import Mending, repair
    from detente.answers.roadmap import Roadmap, roadmap
    from detente.answers.scope import Scope, scope
    from detente.answers.settle import Settlement, settle
    from detente.answers.simulate import Simulated, simulate
    from detente.case import Case
    from detente.catalog import load, load_register, names
    from detente.errors import CaseError, DetenteError
    from detente.executors import opened
    from detente.formats import dump, dumps, loads
    from detente.register import Register
    from detente.schema import case_schema
    from detente.sheet import read_register
    from detente.table import Section, Share, Table
    from detente.work import Work

_HOME = {
    "Acceptances": "answers.acceptance",
    "Agendas": "answers.agenda",
    "Answer": "answers.answer",
    "AskNext": "answers.ask",
    "Assumptions": "answers.assumptions",
    "Case": "case",
    "CaseError": "errors",
    "Changes": "answers.diff",
    "Check": "answers.check",
    "Coherence": "answers.coherence",
    "Comparison": "answers.compare",
    "DetenteError": "errors",
    "Explanation": "answers.explain",
    "Handout": "answers.handout",
    "Hold": "answers.hold",
    "Mending": "answers.repair",
    "Perceptions": "answers.perceptions",
    "Persuasion": "answers.leverage",
    "Register": "register",
    "Report": "answers.analyse",
    "Roadmap": "answers.roadmap",
    "Scope": "answers.scope",
    "Section": "table",
    "Settlement": "answers.settle",
    "Share": "table",
    "Simulated": "answers.simulate",
    "Table": "table",
    "Work": "work",
    "acceptance": "answers.acceptance",
    "agenda": "answers.agenda",
    "analyse": "answers.analyse",
    "ask": "answers.ask",
    "assumptions": "answers.assumptions",
    "case_schema": "schema",
    "check": "answers.check",
    "coherence": "answers.coherence",
    "compare": "answers.compare",
    "diff": "answers.diff",
    "dump": "formats",
    "dumps": "formats",
    "explain": "answers.explain",
    "handout": "answers.handout",
    "hold": "answers.hold",
    "leverage": "answers.leverage",
    "load": "catalog",
    "load_register": "catalog",
    "loads": "formats",
    "names": "catalog",
    "opened": "executors",
    "perceptions": "answers.perceptions",
    "read_register": "sheet",
    "repair": "answers.repair",
    "roadmap": "answers.roadmap",
    "scope": "answers.scope",
    "settle": "answers.settle",
    "simulate": "answers.simulate",
}

__version__ = "0.1.0"
__all__ = [
    "Acceptances",
    "Agendas",
    "Answer",
    "AskNext",
    "Assumptions",
    "Case",
    "CaseError",
    "Changes",
    "Check",
    "Coherence",
    "Comparison",
    "DetenteError",
    "Explanation",
    "Handout",
    "Hold",
    "Mending",
    "Perceptions",
    "Persuasion",
    "Register",
    "Report",
    "Roadmap",
    "Scope",
    "Section",
    "Settlement",
    "Share",
    "Simulated",
    "Table",
    "Work",
    "acceptance",
    "agenda",
    "analyse",
    "ask",
    "assumptions",
    "case_schema",
    "check",
    "coherence",
    "compare",
    "diff",
    "dump",
    "dumps",
    "explain",
    "handout",
    "hold",
    "leverage",
    "load",
    "load_register",
    "loads",
    "names",
    "opened",
    "perceptions",
    "read_register",
    "repair",
    "roadmap",
    "scope",
    "settle",
    "simulate",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        message = f"module 'detente' has no attribute {name!r}"
        raise AttributeError(message)
    value = getattr(import_module(f"detente.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
