"""A whole log holds; edited, reordered, cut or forked, it does not (facts/archive, test 15)."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docgen.journal import merkle
from docgen.journal.checking import Tree, check_inclusion, check_log
from docgen.journal.log import (
    NOTHING_BEFORE,
    Head,
    Inclusion,
    Line,
    LineType,
    following,
    parse_head,
    parse_inclusion,
    parse_line,
    parse_segment,
    segment,
)

AT = dt.datetime(2026, 11, 2, 9, 0, 0, 123456, tzinfo=dt.UTC)
KEY = hashlib.sha256(b"key").hexdigest()
FULL = 11_000


@dataclass(frozen=True)
class Log:
    """Segments and heads as the archive would hold them."""

    lines: tuple[Line, ...]
    segments: tuple[bytes, ...]
    heads: tuple[bytes, ...]


def lines_of(count: int, word: str = "") -> tuple[Line, ...]:
    lines: list[Line] = []
    for number in range(count):
        last = lines[-1] if lines else None
        digest = hashlib.sha256(f"{word}{number}".encode()).hexdigest()
        facts = {"manifest_sha256": digest, "manifest_key": f"a/{number}", "events": []}
        at = AT + dt.timedelta(minutes=number)
        lines.append(following(last, LineType.INGEST, at, "schedule", f"{number:032x}", facts))
    return tuple(lines)


def log_of(lines: tuple[Line, ...], sizes: tuple[int, ...]) -> Log:
    """The log with a head at each of those sizes, and the segments between them."""
    tree, before = Tree(), 0
    heads: list[bytes] = []
    segments: list[bytes] = []
    for size in sizes:
        for line in lines[before:size]:
            tree.add(line.leaf)
        path = merkle.proof(merkle.consistency(before, size), tree.nodes) if before else ()
        heads.append(
            Head(
                log_id=lines[0].leaf.hex(),
                size=size,
                root=merkle.root(size, tree.nodes).hex(),
                at=AT + dt.timedelta(days=size),
                previous=hashlib.sha256(heads[-1]).hexdigest() if heads else "",
                consistency=tuple(one.hex() for one in path),
                key=KEY,
            ).to_bytes()
        )
        segments.append(segment(lines[before:size]))
        before = size
    return Log(lines, tuple(segments), tuple(heads))


WHOLE = log_of(lines_of(23), (3, 8, 9, 23))
# A short one, which ten thousand hands change within seconds.
SMALL_HEADS = (3, 5, 6, 11)
SMALL = log_of(lines_of(11), SMALL_HEADS)


def problems_in(log: Log, witness: bytes = WHOLE.heads[-1]) -> tuple[str, ...]:
    return check_log(log.segments, log.heads, [witness]).problems


def test_a_whole_log_holds() -> None:
    checked = check_log(WHOLE.segments, WHOLE.heads, WHOLE.heads)
    assert checked.problems == ()
    assert (len(checked.lines), [head.size for head in checked.heads]) == (23, [3, 8, 9, 23])


def test_lines_heads_and_proofs_are_read_back_as_they_were_written() -> None:
    for line in WHOLE.lines:
        assert parse_line(line.to_bytes()) == replace(line, at=line.at.replace(microsecond=123000))
    for content in WHOLE.heads:
        assert parse_head(content).to_bytes() == content
    tree = Tree()
    for line in WHOLE.lines:
        tree.add(line.leaf)
    path = merkle.proof(merkle.inclusion(5, 23), tree.nodes)
    proof = Inclusion(WHOLE.lines[5], 23, tuple(one.hex() for one in path))
    assert parse_inclusion(proof.to_bytes()) == proof
    assert check_inclusion(proof, parse_head(WHOLE.heads[-1])) == ()
    assert check_inclusion(proof, parse_head(WHOLE.heads[0])) != ()
    moved = replace(proof, line=WHOLE.lines[6])
    assert check_inclusion(moved, parse_head(WHOLE.heads[-1])) != ()


def test_the_first_line_has_nothing_before_it_and_names_the_log() -> None:
    assert WHOLE.lines[0].previous == NOTHING_BEFORE
    assert parse_head(WHOLE.heads[0]).log_id == WHOLE.lines[0].leaf.hex()


def test_two_histories_are_told_apart() -> None:
    """A thief of every key signs another past: only who kept a head can tell, and does."""
    forged = log_of((*WHOLE.lines[:5], *lines_of(23, "x")[5:]), (3, 8, 9, 23))
    rewritten: list[Line] = []
    for line in forged.lines:
        last = rewritten[-1] if rewritten else None
        rewritten.append(following(last, line.type, line.at, line.actor, line.dossier, line.facts))
    sound = log_of(tuple(rewritten), (3, 8, 9, 23))
    assert check_log(sound.segments, sound.heads).problems == ()
    assert any("Deux histoires" in one for one in problems_in(sound))


def test_a_log_cut_after_an_older_head_is_known_by_who_kept_a_newer_one() -> None:
    cut = Log(WHOLE.lines[:9], WHOLE.segments[:3], WHOLE.heads[:3])
    assert check_log(cut.segments, cut.heads).problems == ()
    assert any("n’est pas dans ce journal" in one for one in problems_in(cut))


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", b'{"n":0}', b"null", b"9" * 9000])
def test_what_is_no_log_is_refused_without_a_fault(content: bytes) -> None:
    assert check_log([content], WHOLE.heads).problems
    assert check_log(WHOLE.segments, [content]).problems
    for parse in (parse_line, parse_head, parse_inclusion, parse_segment):
        with pytest.raises(ValueError, match=r".*"):
            parse(content)


def mutated(data: st.DataObject) -> Log:  # noqa: C901 - ten acts, side by side
    """The log after one act of a hostile hand."""
    segments, heads = list(SMALL.segments), list(SMALL.heads)
    lines = [one.splitlines(keepends=True) for one in segments]
    act = data.draw(
        st.sampled_from(
            ["byte", "edit", "reorder", "remove", "insert", "cut", "swap", "head", "drop", "fork"]
        )
    )
    which = data.draw(st.integers(0, len(segments) - 1))
    some = lines[which]
    place = data.draw(st.integers(0, len(some) - 1))
    match act:
        case "byte":
            raw = bytearray(segments[which])
            at = data.draw(st.integers(0, len(raw) - 1))
            raw[at] ^= data.draw(st.integers(1, 255))
            segments[which] = bytes(raw)
        case "edit":
            line = json.loads(some[place])
            name = data.draw(st.sampled_from(sorted(line)))
            line[name] = data.draw(st.sampled_from(["", 0, "ingest", {}, None, "0" * 64, 7]))
            edited = json.dumps(line, sort_keys=True, separators=(",", ":")).encode() + b"\n"
            other = [*some[:place], edited, *some[place + 1 :]]
            segments[which] = b"".join(other)
        case "reorder":
            other = data.draw(st.permutations(some))
            segments[which] = b"".join(other)
        case "remove":
            segments[which] = b"".join(some[:place] + some[place + 1 :])
        case "insert":
            stranger = data.draw(st.sampled_from(some))
            segments[which] = b"".join([*some[:place], stranger, *some[place:]])
        case "cut":
            size = data.draw(st.integers(0, len(segments[which]) - 1))
            segments[which] = segments[which][:size]
        case "swap":
            segments = list(data.draw(st.permutations(segments)))
        case "head":
            raw = bytearray(heads[which])
            at = data.draw(st.integers(0, len(raw) - 1))
            raw[at] ^= data.draw(st.integers(1, 255))
            heads[which] = bytes(raw)
        case "drop":
            del heads[which]
        case _:
            keep = data.draw(st.integers(0, len(SMALL.lines) - 1))
            forged = list(SMALL.lines[:keep])
            for old in SMALL.lines[keep:]:
                last = forged[-1] if forged else None
                facts = {**old.facts, "manifest_key": "b"}
                forged.append(following(last, old.type, old.at, old.actor, old.dossier, facts))
            made = log_of(tuple(forged), SMALL_HEADS)
            # The thief keeps what was signed before, and signs anew from there on.
            return made if data.draw(st.booleans()) else Log(made.lines, made.segments, SMALL.heads)
    return Log(SMALL.lines, tuple(segments), tuple(heads))


@pytest.mark.slow
def test_15_a_tampered_log_is_refused_ten_thousand_times(tally: Callable[..., None]) -> None:
    seen = {"injected": 0, "detected": 0}

    # Four hands an example: Hypothesis itself costs more than a check.
    @settings(max_examples=FULL // 4, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def attempt(data: st.DataObject) -> None:
        for log in (mutated(data) for _ in range(4)):
            if (log.segments, log.heads) != (SMALL.segments, SMALL.heads):
                seen["injected"] += 1
                assert problems_in(log, SMALL.heads[-1]) != ()
                seen["detected"] += 1

    attempt()
    assert seen["injected"] >= 10_000
    tally(**seen)
