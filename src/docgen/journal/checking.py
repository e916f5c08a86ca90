"""What is wrong with a log as somebody holds it: its segments, its heads, a proof of one line."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from docgen.journal import merkle
from docgen.journal.log import Head, Inclusion, Line, parse_head, parse_segment


@dataclass(frozen=True)
class Checked:
    """The lines and the heads that could be read, and every problem, in French."""

    lines: tuple[Line, ...]
    heads: tuple[Head, ...]
    problems: tuple[str, ...]


class Tree:
    """A tree kept in memory, leaf after leaf: `nodes` gives the hash of any full subtree."""

    def __init__(self) -> None:
        self.size = 0
        self._kept: dict[merkle.Place, bytes] = {}

    def add(self, leaf: bytes) -> None:
        for place, made in merkle.grown(self.size, leaf, self.nodes):
            self._kept[place] = made
        self.size += 1

    def nodes(self, place: merkle.Place) -> bytes:
        return self._kept[place]


def check_log(
    segments: Sequence[bytes], heads: Sequence[bytes], witnessed: Sequence[bytes] = ()
) -> Checked:
    """Check a whole log: its segments in order, its heads in order of size, as they were kept.

    `witnessed`: heads that somebody kept elsewhere; the log must contain them to the byte. Who
    signed the heads is not judged here. The last head must cover every line, and no head more.
    """
    problems: list[str] = []
    lines = _lines(segments, problems)
    tree = Tree()
    for line in lines:
        tree.add(line.leaf)
    read = []
    for number, content in enumerate(heads, 1):
        try:
            read.append((parse_head(content), content))
        except ValueError:
            problems.append(f"Tête d’arbre n° {number} : elle n’a pas la forme attendue.")
    before: tuple[Head, bytes] | None = None
    for head, content in read:
        problems += _check_head(head, before, lines, tree)
        before = (head, content)
    if lines and not read:
        problems.append("Ce journal n’a aucune tête d’arbre.")
    elif read and read[-1][0].size < len(lines):
        problems.append("La dernière tête d’arbre ne couvre pas toutes les lignes.")
    for content in witnessed:
        if content not in heads:
            problems.append(_foreign(content, [head for head, _ in read]))
    return Checked(tuple(lines), tuple(head for head, _ in read), tuple(problems))


def check_inclusion(proof: Inclusion, head: Head) -> tuple[str, ...]:
    """What is wrong with the proof that a line is in the tree of this head."""
    if proof.size != head.size:
        return ("La preuve d’inclusion n’est pas faite pour cette tête d’arbre.",)
    path = [bytes.fromhex(one) for one in proof.path]
    root = bytes.fromhex(head.root)
    if not merkle.is_included(proof.line.n, proof.size, proof.line.leaf, path, root):
        return ("La preuve d’inclusion ne mène pas à la racine signée.",)
    if proof.line.n == 0 and proof.line.leaf.hex() != head.log_id:
        return ("La tête d’arbre est celle d’un autre journal.",)
    return ()


def _lines(segments: Sequence[bytes], problems: list[str]) -> list[Line]:
    """The lines, up to the first that does not follow."""
    lines: list[Line] = []
    for number, content in enumerate(segments, 1):
        try:
            read = parse_segment(content)
        except ValueError:
            problems.append(f"Segment n° {number} : il a été modifié, réordonné ou coupé.")
            return lines
        follows = (
            (read[0].n, read[0].previous) == (lines[-1].n + 1, lines[-1].leaf.hex())
            if lines
            else read[0].n == 0
        )
        if not follows:
            problems.append(f"Segment n° {number} : il ne suit pas celui d’avant.")
            return lines
        lines += read
    return lines


def _check_head(
    head: Head, before: tuple[Head, bytes] | None, lines: Sequence[Line], tree: Tree
) -> Iterator[str]:
    name = f"Tête d’arbre à {head.size} lignes"
    if lines and head.log_id != lines[0].leaf.hex():
        yield f"{name} : elle est d’un autre journal."
    if head.size > len(lines):
        yield f"{name} : il n’y a que {len(lines)} lignes, la fin du journal manque."
    elif merkle.root(head.size, tree.nodes).hex() != head.root:
        yield f"{name} : sa racine n’est pas celle des lignes."
    if before is None:
        if head.previous or head.consistency:
            yield f"{name} : la tête d’avant manque."
        return
    last, content = before
    if hashlib.sha256(content).hexdigest() != head.previous:
        yield f"{name} : elle ne suit pas celle à {last.size} lignes."
    path = [bytes.fromhex(one) for one in head.consistency]
    roots = bytes.fromhex(last.root), bytes.fromhex(head.root)
    if not merkle.is_consistent(last.size, head.size, *roots, path):
        yield f"{name} : elle ne prolonge pas l’arbre à {last.size} lignes."
    if head.at < last.at:
        yield f"{name} : elle est datée d’avant celle à {last.size} lignes."


def _foreign(content: bytes, heads: Sequence[Head]) -> str:
    try:
        kept = parse_head(content)
    except ValueError:
        return "La tête d’arbre gardée ailleurs n’a pas la forme attendue."
    known: Mapping[int, Head] = {head.size: head for head in heads}
    if kept.size in known and known[kept.size].root != kept.root:
        return (
            f"Deux histoires : la tête gardée ailleurs, à {kept.size} lignes, a une autre racine "
            "que celle de ce journal."
        )
    return f"La tête gardée ailleurs, à {kept.size} lignes, n’est pas dans ce journal."
