"""GET /v1/cases/{caseId}/statement: the statement for parents, as a page or a PDF, for the school of the case."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from hub import clock
from hub.access.callers import Caller
from hub.access.rights import Right
from hub.api.context import Context, InContext, TheViewer
from hub.api.moves import CaseId
from hub.api.needs import needs
from hub.api.wire import accepted, reads, refusals
from hub.cases.statement import Making, statement_for
from hub.errors import NotAcceptable
from hub.i18n import language_of
from hub.privacy.ledger import Action, Entry, Viewer, record
from hub.privacy.purposes import Purpose
from hub.privacy.statement.content import document_of
from hub.privacy.statement.page import CONTENT_SECURITY_POLICY, page
from hub.privacy.statement.pdf import pdf
from hub.privacy.visibility import Visible

router = APIRouter(prefix="/cases/{caseId}", tags=["cases"])

_HTML, _PDF = "text/html", "application/pdf"


class Form(StrEnum):
    """The forms in which a statement is made."""

    HTML = "html"
    PDF = "pdf"


_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The statement.",
        "content": {
            _HTML: {"schema": {"type": "string"}},
            _PDF: {"schema": {"type": "string", "contentMediaType": _PDF}},
        },
    }
}


@reads(
    router,
    "/statement",
    operation_id="readStatement",
    response_class=Response,
    responses=_ANSWERS | refusals(400, 401, 403, 404, 406, 503),
)
def read_statement(
    case_id: CaseId,
    request: Request,
    caller: Annotated[Caller, needs(Right.READ_STATEMENT)],
    viewer: TheViewer,
    parts: InContext,
    form: Annotated[Form | None, Query(alias="format", description="otherwise what Accept asks for")] = None,
) -> Response:
    """The statement to hand to parents: what was shared, with whom, why, who read it, until when, how to object.

    It is made from the log and the disclosure ledger, and written in that ledger itself. Only for the sender.
    """
    chosen = form or _form(request)
    began_at = clock.now()
    with parts.at_one_moment(caller.organisation) as session:
        making = Making(session, parts.runtime.terms, parts.runtime.snapshot(session), began_at)
        statement = statement_for(making, case_id, caller.organisation)
    if request.method == "GET":
        _write_down(case_id, viewer, parts, statement.made_at)
    language = language_of(request.headers.get("accept-language"))
    document = document_of(statement, language)
    headers = {"Content-Language": language, "Vary": "Accept, Accept-Language"}
    if chosen is Form.PDF:
        name = {"Content-Disposition": f'inline; filename="samenspel-{case_id}.pdf"'}
        return Response(pdf(document, statement.made_at), media_type=_PDF, headers=headers | name)
    policy = {"Content-Security-Policy": CONTENT_SECURITY_POLICY}
    return Response(page(document), media_type=_HTML, headers=headers | policy)


def _form(request: Request) -> Form:
    """What Accept asks for; the page when it leaves the choice. Raises NotAcceptable."""
    ranges = accepted(request.headers.get("accept"))
    if {"*/*", "text/*", _HTML, ""} & ranges:
        return Form.HTML
    if {"application/*", _PDF} & ranges:
        return Form.PDF
    raise NotAcceptable(
        "The statement is made as a page (text/html) or as a PDF (application/pdf).",
        next_step="Set Accept to one of these, or add ?format=pdf.",
    )


def _write_down(case_id: UUID, viewer: Viewer, parts: Context, began_at: datetime) -> None:
    nothing = Visible(frozenset(), None)
    entry = Entry(Action.STATEMENT, case_id, viewer, nothing, "sender", Purpose.ACCESS_REQUEST, began_at)
    with parts.acting_for(viewer.organisation) as session:
        record(session, entry, now=clock.now())
