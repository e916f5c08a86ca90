"""From a Word template and data to a Word document, in one strict, sandboxed environment.

The template is trusted to write words, not to run code; the data is never read as a template.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from docgen.documents import reference
from docgen.documents.bounds import TooMuch
from docgen.documents.compile import compiled
from docgen.errors import Broken, DocgenError


def render(
    template: bytes, context: Mapping[str, object], filters: Mapping[str, Callable[..., object]]
) -> bytes:
    """The Word document that `template` (a .docx) makes of `context`: same data, same bytes.

    Raises Broken, naming the place in the template, or InvalidData when a text can't be printed.
    """
    ready = compiled(template, filters)
    if ready.covers(context):
        try:
            return ready.filled(context)
        except DocgenError:
            raise
        except TooMuch as error:
            raise Broken(reference.sentence(error)) from error
        except Exception:  # noqa: BLE001, S110 # whatever it is, the reference says where it is
            pass
    return reference.fill(template, context, ready.environment)
