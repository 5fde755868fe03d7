"""Questions, the jobs that answer them, and the files of answers."""

from __future__ import annotations

from collections.abc import AsyncIterable
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import Field, WithJsonSchema

from detente.errors import DetenteError
from detente.web.api.model import Id, Model, Number
from detente.web.bench import Bench
from detente.web.jobs.asking import Asked
from detente.web.jobs.files import file_of
from detente.web.jobs.options import askable, missing, offered, options_of, question_named
from detente.web.jobs.telling import told
from detente.web.security.headers import SANDBOX
from detente.web.storage.cases import UnknownError

ROUTER = APIRouter(tags=["answers"])


QuestionName = Annotated[str, WithJsonSchema({"type": "string", "enum": sorted(askable())})]
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


Key = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
"""The name of an answer."""
FileName = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,200}\.[a-z]{2,5}$")]


class ResultModel(Model):
    """What an answer consists of: its findings, and the names of its files."""

    result: str
    contents: dict[str, Any]


class JobModel(Model):
    """Work on an answer, as it stands; ``ahead`` jobs wait before it."""

    id: str
    case_id: str
    revision: int
    question: str
    options: dict[str, Any]
    result: Annotated[str, Field(validation_alias="key")]
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    doing: str
    done: int
    total: int
    ahead: int
    error: str
    queued_at: datetime
    began_at: datetime | None
    ended_at: datetime | None
    seconds_left: float | None


class AskedModel(Model):
    """The name of the answer, its contents where it is there, and the job where it is not."""

    result: str
    contents: dict[str, Any] | None
    job: JobModel | None


def asked_model(asked: Asked) -> AskedModel:
    """Return what came of asking as a body."""
    job = None if asked.job is None else JobModel.of(asked.job)
    return AskedModel(result=asked.key, contents=asked.contents, job=job)


@ROUTER.get("/questions")
def questions() -> list[QuestionModel]:
    """List the questions about a case, and what each may be told."""
    found = []
    for name, text in askable().items():
        options = [
            OptionModel(name=o.name, help=o.help, required=o.required, flag=o.flag)
            for o in offered(question_named(name))
        ]
        found.append(QuestionModel(name=name, help=text, options=options))
    return found


@ROUTER.post("/cases/{case_id}/ask", responses={202: {"model": AskedModel}})
def ask(bench: Bench, case_id: Id, asks: AskModel, response: Response) -> AskedModel:
    """Ask a question: 200 with the answer where it is known, else 202 with the job.

    What failed or was cancelled is asked once more.
    """
    revision = bench.cases.revision(case_id, asks.revision)
    asked = question_named(asks.question)
    options = options_of(asked, asks.options)
    for option in missing(asked, options):
        raise DetenteError(f"{asks.question} needs {option.name}: {option.help}")
    found = bench.asking.ask(revision, asks.question, options)
    if found.job is not None and found.job.over:
        found = bench.asking.again(revision, asks.question, options)
    response.status_code = 200 if found.contents is not None else 202
    return asked_model(found)


@ROUTER.get("/jobs/{job_id}")
def job(bench: Bench, job_id: Id) -> JobModel:
    """Return how far a job is."""
    return JobModel.of(bench.asking.job(job_id))


def known(bench: Bench, job_id: Id) -> None:
    """Refuse a job that is not there, before anything is answered."""
    bench.asking.job(job_id)


@ROUTER.get(
    "/jobs/{job_id}/events",
    response_class=EventSourceResponse,
    dependencies=[Depends(known)],
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def events(bench: Bench, job_id: Id) -> AsyncIterable[ServerSentEvent]:
    """Tell how far a job is whenever that changes, until it is over (server-sent events)."""
    async for seen in bench.watch.follow(job_id):
        yield ServerSentEvent(data={"state": "gone"} if seen is None else told(seen))


@ROUTER.post("/jobs/{job_id}/cancel")
def cancel(bench: Bench, job_id: Id) -> JobModel:
    """Stop a job; one that is over stays as it is."""
    return JobModel.of(bench.asking.cancel(job_id))


@ROUTER.get("/results/{key}")
def result(bench: Bench, key: Key) -> ResultModel:
    """Return what an answer consists of."""
    contents = bench.results.contents(key)
    if contents is None:
        raise UnknownError("there is no such answer; ask the question again")
    return ResultModel(result=key, contents=contents)


@ROUTER.get(
    "/results/{key}/{name}",
    response_class=Response,
    responses={200: {"content": {"*/*": {}}, "description": "The file"}},
)
def result_file(bench: Bench, key: Key, name: FileName) -> Response:
    """Return one file of an answer.

    ``answer.json`` is what the command gives with ``--format json``, ``answer.html`` the same for
    people, ``report.html`` the page of ``analyse``; pictures are ``picture-1.svg``,
    ``picture-1-light.svg``, ``picture-1-dark.svg``, ``picture-1.png`` and ``picture-1.csv``,
    tables ``table-1.csv``.
    """
    content, kind = file_of(bench.results, key, name)
    return Response(content, media_type=kind, headers={"content-security-policy": SANDBOX})
