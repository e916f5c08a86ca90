"""Files that leave the office: kept under a name that holds no person's, or shown as a picture."""

from __future__ import annotations

from starlette.responses import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_KEPT_A_WHILE = {"cache-control": "private, max-age=3600"}


def pdf(content: bytes, name: str) -> Response:
    """A PDF under that name, which holds no person's."""
    safe = "".join(c for c in name if c.isalnum() or c == "-")
    return attached(content, f"{safe}.pdf", "application/pdf")


def attached(content: bytes, name: str, media_type: str) -> Response:
    """A file to keep, under a name made of letters, digits, hyphens and a point."""
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


def picture(png: bytes) -> Response:
    """A page as an image, which the browser of that person may keep an hour."""
    return Response(png, media_type="image/png", headers=_KEPT_A_WHILE)
