"""The tree is that of RFC 6962: every root and proof equals the recursive definition's."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.journal import merkle

Hashes = Sequence[bytes]
LEAVES = [merkle.leaf_hash(str(number).encode()) for number in range(80)]


def split(count: int) -> int:
    """The largest power of two below `count`."""
    size = 1
    while size * 2 < count:
        size *= 2
    return size


def defined_root(leaves: Hashes) -> bytes:
    if not leaves:
        return merkle.EMPTY
    if len(leaves) == 1:
        return leaves[0]
    half = split(len(leaves))
    return merkle.node_hash(defined_root(leaves[:half]), defined_root(leaves[half:]))


def defined_path(index: int, leaves: Hashes) -> list[bytes]:
    if len(leaves) == 1:
        return []
    half = split(len(leaves))
    if index < half:
        return [*defined_path(index, leaves[:half]), defined_root(leaves[half:])]
    return [*defined_path(index - half, leaves[half:]), defined_root(leaves[:half])]


def defined_consistency(old: int, leaves: Hashes, known: bool = True) -> list[bytes]:
    if old == len(leaves):
        return [] if known else [defined_root(leaves)]
    half = split(len(leaves))
    if old <= half:
        path = defined_consistency(old, leaves[:half], known)
        return [*path, defined_root(leaves[half:])]
    path = defined_consistency(old - half, leaves[half:], known=False)
    return [*path, defined_root(leaves[:half])]


@pytest.fixture(scope="module")
def nodes() -> Callable[[merkle.Place], bytes]:
    kept: dict[merkle.Place, bytes] = {}
    for index, leaf in enumerate(LEAVES):
        kept |= dict(merkle.grown(index, leaf, kept.__getitem__))
    return kept.__getitem__


def test_every_root_and_every_proof_of_every_size_is_the_defined_one(nodes: merkle.Nodes) -> None:
    proofs = 0
    for size in range(1, len(LEAVES) + 1):
        leaves = LEAVES[:size]
        root = merkle.root(size, nodes)
        assert root == defined_root(leaves)
        for index in range(size):
            path = merkle.proof(merkle.inclusion(index, size), nodes)
            assert list(path) == defined_path(index, leaves)
            assert merkle.is_included(index, size, leaves[index], path, root)
            proofs += 1
    assert proofs == 80 * 81 // 2


def test_every_tree_is_shown_to_continue_every_smaller_one(nodes: merkle.Nodes) -> None:
    for new in range(1, 40):
        root = merkle.root(new, nodes)
        for old in range(1, new + 1):
            path = merkle.proof(merkle.consistency(old, new), nodes)
            assert list(path) == defined_consistency(old, LEAVES[:new])
            before = defined_root(LEAVES[:old])
            assert merkle.is_consistent(old, new, before, root, path)
            other = defined_root([*LEAVES[: old - 1], LEAVES[-1]])
            assert not merkle.is_consistent(old, new, other, root, path)


def test_an_empty_tree_has_the_hash_of_nothing(nodes: merkle.Nodes) -> None:
    assert merkle.root(0, nodes).hex().startswith("e3b0c44298fc1c14")


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_what_is_not_in_the_tree_has_no_proof(index: int, size: int, nodes: merkle.Nodes) -> None:
    with pytest.raises(ValueError, match=str(size)):
        merkle.inclusion(index, size)
    assert not merkle.is_included(index, size, LEAVES[0], (), LEAVES[0])


@given(st.data())
def test_a_proof_changed_anywhere_proves_nothing(data: st.DataObject) -> None:
    kept: dict[merkle.Place, bytes] = {}
    size = data.draw(st.integers(2, 40))
    for number, leaf in enumerate(LEAVES[:size]):
        kept |= dict(merkle.grown(number, leaf, kept.__getitem__))
    index = data.draw(st.integers(0, size - 1))
    path = list(merkle.proof(merkle.inclusion(index, size), kept.__getitem__))
    root = merkle.root(size, kept.__getitem__)
    match data.draw(st.sampled_from(["hash", "longer", "shorter", "leaf", "index"])):
        case "hash":
            place = data.draw(st.integers(0, len(path) - 1))
            path[place] = bytes([path[place][0] ^ 1]) + path[place][1:]
            assert not merkle.is_included(index, size, LEAVES[index], path, root)
        case "longer":
            assert not merkle.is_included(index, size, LEAVES[index], [*path, path[0]], root)
        case "shorter":
            assert not merkle.is_included(index, size, LEAVES[index], path[:-1], root)
        case "leaf":
            other = data.draw(st.integers(0, size - 1).filter(lambda one: one != index))
            assert not merkle.is_included(index, size, LEAVES[other], path, root)
        case _:
            other = data.draw(st.integers(0, size - 1).filter(lambda one: one != index))
            assert not merkle.is_included(other, size, LEAVES[index], path, root)
