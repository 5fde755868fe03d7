"""Questions, the jobs that answer them, and the files of answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from pydantic import Field, WithJsonSchema

from detente.answers import commands, question
from detente.web.api.model import Id, Model, Number
from detente.web.bench import Bench
from detente.web.jobs.asking import Asked, Job

ROUTER = APIRouter(tags=["answers"])


QuestionName = Annotated[str, WithJsonSchema({"type": "string", "enum": sorted(commands())})]
"""The name of a question; one that does not exist is refused when it is asked."""


class OptionModel(Model):
    """What a question may be told beside the case; flags are true or false, all else is text."""

    name: str
    help: str
    required: bool
    flag: bool


class QuestionModel(Model):
    """A question that can be asked about a case."""

    name: str
    help: str
    options: list[OptionModel]


class AskModel(Model):
    """A question to be asked; about the newest revision where none is given."""

    question: QuestionName
    options: dict[str, str | bool] = Field(default_factory=dict)
    revision: Number | None = None


class JobModel(Model):
    """Work on an answer, as it stands; ``ahead`` jobs wait before it."""

    id: str
    case_id: str
    revision: int
    question: str
    options: dict[str, Any]
    result: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    doing: str
    done: int
    total: int
    ahead: int
    error: str
    queued_at: datetime
    began_at: datetime | None
    ended_at: datetime | None


class AskedModel(Model):
    """The name of the answer, its contents where it is there, and the job where it is not."""

    result: str
    contents: dict[str, Any] | None
    job: JobModel | None


def job_model(job: Job) -> JobModel:
    """Return a job as a body."""
    return JobModel(
        id=job.id,
        case_id=job.case_id,
        revision=job.revision,
        question=job.question,
        options=dict(job.options),
        result=job.key,
        state=job.state,
        doing=job.doing,
        done=job.done,
        total=job.total,
        ahead=job.ahead,
        error=job.error,
        queued_at=job.queued_at,
        began_at=job.began_at,
        ended_at=job.ended_at,
    )


def asked_model(asked: Asked) -> AskedModel:
    """Return what came of asking as a body."""
    job = None if asked.job is None else job_model(asked.job)
    return AskedModel(result=asked.key, contents=asked.contents, job=job)


@ROUTER.get("/questions")
def questions() -> list[QuestionModel]:
    """List the questions and what each may be told."""
    found = []
    for name, text in commands().items():
        options = [
            OptionModel(name=o.name, help=o.help, required=o.required, flag=o.flag)
            for o in question(name).options
        ]
        found.append(QuestionModel(name=name, help=text, options=options))
    return found


@ROUTER.get("/jobs/{job_id}")
def job(bench: Bench, job_id: Id) -> JobModel:
    """Return how far a job is."""
    return job_model(bench.asking.job(job_id))


@ROUTER.post("/jobs/{job_id}/cancel")
def cancel(bench: Bench, job_id: Id) -> JobModel:
    """Stop a job; one that is over stays as it is."""
    return job_model(bench.asking.cancel(job_id))


@ROUTER.post("/cases/{case_id}/ask", responses={202: {"model": AskedModel}})
def ask(bench: Bench, case_id: Id, asks: AskModel, response: Response) -> AskedModel:
    """Ask a question: 200 with the answer where it is known, else 202 with the job."""
    revision = bench.cases.revision(case_id, asks.revision)
    asked = bench.asking.ask(revision, asks.question, asks.options)
    response.status_code = 200 if asked.contents is not None else 202
    return asked_model(asked)
