"""Packages that are kept for comparison."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from detente.web.api.model import Id, Model, Name
from detente.web.bench import Bench
from detente.web.security.access import EDITOR

ROUTER = APIRouter(tags=["packages"])

Word = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]
Choice = Annotated[dict[Word, Word], Field(max_length=1000)]
"""An option's name by issue."""


class PackageModel(Model):
    """A package that is kept; names that the case has lost since are kept as they were."""

    id: str
    name: str
    choice: dict[str, str]
    made_at: datetime


class NewPackage(Model):
    """A package to be kept."""

    name: Name
    choice: Choice


class Renamed(Model):
    """Another name."""

    name: Name


@ROUTER.get("/cases/{case_id}/packages")
def packages(bench: Bench, case_id: Id) -> list[PackageModel]:
    """List the packages kept for a case, in the order in which they were."""
    bench.cases.get(case_id)
    return [PackageModel.of(package) for package in bench.packages.of(case_id)]


@ROUTER.post("/cases/{case_id}/packages", status_code=201, dependencies=[EDITOR])
def keep(bench: Bench, case_id: Id, new: NewPackage) -> PackageModel:
    """Keep a package."""
    return PackageModel.of(bench.packages.keep(case_id, new.name, new.choice))


@ROUTER.patch("/cases/{case_id}/packages/{package_id}", dependencies=[EDITOR])
def rename(bench: Bench, case_id: Id, package_id: Id, new: Renamed) -> PackageModel:
    """Give a package another name."""
    return PackageModel.of(bench.packages.rename(case_id, package_id, new.name))


@ROUTER.delete("/cases/{case_id}/packages/{package_id}", status_code=204, dependencies=[EDITOR])
def drop(bench: Bench, case_id: Id, package_id: Id) -> None:
    """Throw a package away."""
    bench.packages.drop(case_id, package_id)
