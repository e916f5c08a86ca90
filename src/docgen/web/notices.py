"""Where a signature provider sends its notices: a machine calls, and a machine is answered.

No cookie, no form, no Origin: the notice's own signature over its raw bytes is the only key. The
answer comes before anything is done; what follows is asked of the provider by the next sweep.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends
from starlette.requests import Request
from starlette.responses import Response

from docgen.errors import DocgenError, InvalidData, NotFound, Refused
from docgen.signing.providers.yousign import LARGEST_NOTICE
from docgen.web.door import door_of

PATH = "/fournisseurs/yousign"
KIND = "application/json"
MOST_BYTES = LARGEST_NOTICE
_HEADER = "x-yousign-signature-256"

router = APIRouter()


async def raw_body(request: Request) -> bytes:
    """The body as it came: FastAPI would read the JSON, and the signature is over its bytes."""
    return await request.body()


@router.post(PATH)
def take(
    request: Request, body: Annotated[bytes, Depends(raw_body)], after: BackgroundTasks
) -> Response:
    """204 when the notice is kept, or was already; a 4xx without a word of why otherwise."""
    door = door_of(request)
    try:
        agreement_id = door.desk.take_notice(body, request.headers.get(_HEADER, ""), door.now())
    except (InvalidData, NotFound, Refused) as error:
        return Response(status_code=_status(error))
    if agreement_id is not None:
        after.add_task(door.desk.nudge_for_notice, agreement_id)
    return Response(status_code=204)


def _status(error: DocgenError) -> int:
    match error:
        case InvalidData():
            return 400
        case NotFound():
            return 404
        case _:
            return 403
