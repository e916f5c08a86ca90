"""A draft as the YAML file that a person reads: what changes is marked on its line."""

from __future__ import annotations

from typing import Any

import yaml

from docgen import agreements
from docgen.actions.renewing import Changed, Draft

MARK = "# ←"


def written(draft: Draft) -> str:
    """The file's text: how to use it, then the data with each change marked."""
    title = agreements.get(draft.kind).title
    head = [
        f"# {title}, d’après {draft.parent}.",
        f"# Ce qui change est marqué « {MARK[2:]} ». Relire, puis : docgen issue (ce fichier).",
        "",
    ]
    body = yaml.dump(
        _plain(draft.data), allow_unicode=True, sort_keys=False, width=100, Dumper=_Dumper
    )
    return "\n".join(head) + "\n".join(_marked(body.splitlines(), draft.changes)) + "\n"


class _Dumper(yaml.SafeDumper):
    """Lists indented under their key, as people write them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if hasattr(value, "items"):
        return {name: _plain(one) for name, one in value.items()}
    return value


def _marked(lines: list[str], changes: tuple[Changed, ...]) -> list[str]:
    """Each line whose path changes, with what stood there before."""
    changed = {one.field: one for one in changes}
    path: list[tuple[int, str]] = []
    marked = []
    for line in lines:
        bare = line.lstrip()
        key, colon, _ = bare.partition(":")
        note = ""
        if colon and not bare.startswith("-"):
            depth = len(line) - len(bare)
            path = [*(one for one in path if one[0] < depth), (depth, key)]
            if change := changed.get(".".join(name for _, name in path)):
                stood = f"avant : {change.before}" if change.before else str(change.after)
                note = f"  {MARK} {stood}"
        marked.append(line + note)
    return marked
