"""A Merkle tree as certificate logs keep it (RFC 6962 §2.1, RFC 9162 §2.1): roots and proofs.

Leaf: SHA-256(0x00 ‖ bytes). Node: SHA-256(0x01 ‖ left ‖ right). A tree of n leaves is split after
the largest power of two below n, so a subtree over 2^k leaves that begins at a multiple of 2^k
never changes once it is full. Those full subtrees are all that is kept: any root, and any proof at
any size, is folded from about 2·log2(n) of them.

A *place* is (level, index): the full subtree over leaves index·2^level to (index+1)·2^level.
A *span* is the half-open range of leaves (begin, end) under one node of the tree.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence

Place = tuple[int, int]
Span = tuple[int, int]
Nodes = Callable[[Place], bytes]

EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(content: bytes) -> bytes:
    """The hash of a leaf, 32 bytes."""
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over its two children, 32 bytes each."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def grown(index: int, leaf: bytes, nodes: Nodes) -> Iterator[tuple[Place, bytes]]:
    """The subtrees that leaf number `index` (from 0) completes, itself first.

    `nodes` gives the hash of a subtree that was full before.
    """
    level, made = 0, leaf
    yield (0, index), made
    while index & 1:
        made = node_hash(nodes((level, index - 1)), made)
        level, index = level + 1, index >> 1
        yield (level, index), made


def places(span: Span) -> tuple[Place, ...]:
    """The full subtrees that make a span, left to right."""
    begin, end = span
    found = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        if begin:
            level = min(level, (begin & -begin).bit_length() - 1)
        found.append((level, begin >> level))
        begin += 1 << level
    return tuple(found)


def folded(span: Span, nodes: Nodes) -> bytes:
    """The hash of the tree over a span; of no leaf at all, the hash of nothing."""
    hashes = [nodes(place) for place in places(span)]
    if not hashes:
        return EMPTY
    made = hashes.pop()
    while hashes:
        made = node_hash(hashes.pop(), made)
    return made


def root(size: int, nodes: Nodes) -> bytes:
    """The root of the tree when it had `size` leaves."""
    return folded((0, size), nodes)


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over those leaves, from them alone and in the memory of one path."""
    waiting: list[bytes] = []
    for index, leaf in enumerate(leaves):
        made, place = leaf, index
        while place & 1:
            made, place = node_hash(waiting.pop(), made), place >> 1
        waiting.append(made)
    if not waiting:
        return EMPTY
    made = waiting.pop()
    while waiting:
        made = node_hash(waiting.pop(), made)
    return made


def inclusion(index: int, size: int) -> tuple[Span, ...]:
    """The spans whose hashes prove that leaf `index` is in the tree of `size` leaves, leaf first.

    Raises ValueError unless 0 <= index < size.
    """
    if not 0 <= index < size:
        raise ValueError((index, size))
    begin, end = 0, size
    path: list[Span] = []
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((begin, middle))
            begin = middle
    return tuple(reversed(path))


def consistency(old: int, new: int) -> tuple[Span, ...]:
    """The spans whose hashes prove that the tree of `new` leaves continues that of `old`.

    Raises ValueError unless 0 < old <= new.
    """
    if not 0 < old <= new:
        raise ValueError((old, new))
    begin, end = 0, new
    path: list[Span] = []
    # RFC 6962: the first hash is left out where it is the old root, which the verifier has.
    known = True
    while old != end - begin:
        middle = begin + _split(end - begin)
        half = middle - begin
        if old <= half:
            path.append((middle, end))
            end = middle
        else:
            path.append((begin, middle))
            begin, old, known = middle, old - half, False
    if not known:
        path.append((begin, end))
    return tuple(reversed(path))


def proof(spans: Iterable[Span], nodes: Nodes) -> tuple[bytes, ...]:
    """The hashes of those spans."""
    return tuple(folded(span, nodes) for span in spans)


def needed(spans: Iterable[Span]) -> frozenset[Place]:
    """Every full subtree that `proof` will ask for, so that they may be read at once."""
    return frozenset(place for span in spans for place in places(span))


def is_included(index: int, size: int, leaf: bytes, path: Sequence[bytes], tree: bytes) -> bool:
    """Whether `path` proves leaf number `index` under the root `tree` (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, made = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            made = node_hash(sibling, made)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            made = node_hash(made, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and made == tree


def is_consistent(
    old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]
) -> bool:
    """Whether `path` proves that the new tree continues the old one (RFC 9162 §2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    hashes = list(path)
    if old & (old - 1) == 0:
        hashes.insert(0, old_root)
    if not hashes:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def _split(size: int) -> int:
    """The largest power of two below `size` (at least 2)."""
    return 1 << ((size - 1).bit_length() - 1)
