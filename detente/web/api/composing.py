"""Trying packages: what the composer shows of one."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from detente.answers.repair import repairs_data
from detente.asked import package_meant
from detente.case import Party
from detente.composition import Composition, Look
from detente.errors import DetenteError
from detente.prose import provenance_text, share_data
from detente.statements.statement import BELIEVED
from detente.web.api.model import Id, Model
from detente.web.bench import Bench, case_of

ROUTER = APIRouter(tags=["packages"])


class CrossedModel(Model):
    """A red line that a package crosses."""

    condition: str
    source: str


class StandModel(Model):
    """Where a party stands on a package; numbers are points on the central reading.

    verdict : in which readings it accepts: every, some, none; or that its statements contradict
        each other or are incomplete
    """

    party: str
    verdict: str
    share: float | None
    value: float | None
    no_deal: float | None
    gain: float | None
    red_lines: list[CrossedModel]


class LookModel(Model):
    """Everything about a package that is told at once.

    together : the share of the readings in which all signatories accept it
    broken : the constraints that it does not meet
    repairs : as the command ``repair`` gives them; None where they take a search, which that does
    """

    package: dict[str, str]
    together: float | None
    parties: list[StandModel]
    broken: list[str]
    repairs: dict[str, Any] | None


class ComposedModel(Model):
    """A package, or how far the case is from being ready for it."""

    state: Literal["waiting", "working", "ready"]
    doing: str
    done: int
    total: int
    look: LookModel | None


@ROUTER.get("/cases/{case_id}/compose", responses={202: {"model": ComposedModel}})
def compose(
    bench: Bench,
    case_id: Id,
    response: Response,
    package: Annotated[str, Query(max_length=4000)] = "status quo",
    view: Annotated[str, Query(max_length=200)] = BELIEVED,
) -> ComposedModel:
    """Tell who accepts a package; 202 says that the case is being made ready, so ask again.

    package : as commands take it: a proposal's name, settings such as ``pay = 2``, or both
    """
    revision = bench.cases.revision(case_id)
    case = case_of(revision)
    case.require_view(view)
    meant, _ = package_meant(case, package)
    analysts = bench.analysts
    subject = analysts.subject(digest=revision.digest, text=revision.text, view=view)
    standing = analysts.ask(subject)
    if standing.state == "failed":
        standing = analysts.again(subject)
    if standing.state == "failed":
        raise DetenteError(standing.error or "the case could not be made ready; ask again")
    ready = standing.composition
    response.status_code = 202 if ready is None else 200
    return ComposedModel(
        state=standing.state,
        doing=standing.doing,
        done=standing.done,
        total=standing.total,
        look=None if ready is None else look_model(ready, ready.look(meant)),
    )


def look_model(ready: Composition, look: Look) -> LookModel:
    """Return what is told of a package as a body."""
    case, repairs = ready.case, look.repairs
    return LookModel(
        package=case.vocabulary.named(look.package),
        together=share_data(look.judged.together),
        parties=[_stand(ready, look, party) for party in case.parties],
        broken=[constraint.condition.text for constraint in look.broken],
        repairs=None if repairs is None else repairs_data(case, look.package, repairs),
    )


def _stand(ready: Composition, look: Look, party: Party) -> StandModel:
    judgement, worth = look.judged.parties[party.name], look.worths[party.name]
    lines = [
        CrossedModel(
            condition=line.condition.text, source=provenance_text(ready.case, line.provenance)
        )
        for line in look.crossed[party.name]
    ]
    return StandModel(
        party=party.name,
        verdict=judgement.kind,
        share=share_data(judgement.share),
        value=None if worth is None else float(worth.value),
        no_deal=None if worth is None else float(worth.no_deal),
        gain=None if worth is None else float(worth.gain),
        red_lines=lines,
    )
