"""An order placed once, however often it is interrupted."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from docgen.errors import Broken, DocgenError, InvalidData, Unavailable
from docgen.signing.providers.yousign import Invitee, Level, Order, Spot, Yousign, place, spot_of
from tests.signing.providers.yousign.conftest import ORDER, QUALIFIED
from tests.signing.providers.yousign.provider import Provider, Trouble

POSTS = {
    "POST /signature_requests": 1,
    "POST /signature_requests/{id}/documents": 1,
    "POST /signature_requests/{id}/signers": 3,
    "POST /signature_requests/{id}/activate": 1,
}
STEPS = ["yousign.create", "yousign.upload", *["yousign.signer"] * 3, "yousign.activate"]


class Killed(Exception):
    """The process dies here."""


def whole(provider: Provider, order: Order = ORDER) -> dict[str, Any]:
    """The one request, which must be active and complete."""
    request = provider.only()
    assert request["status"] == "ongoing"
    assert len(request["documents"]) == 1
    names = [one["info"]["first_name"] for one in request["signers"]]
    assert names == [one.first_name for one in order.invitees]
    return request


@pytest.mark.parametrize("order", [ORDER, QUALIFIED], ids=["advanced", "qualified"])
def test_an_order_is_placed_and_found_again(
    yousign: Yousign, provider: Provider, order: Order
) -> None:
    placed = place(yousign, order)
    request = whole(provider, order)
    assert placed.request_id == request["id"]
    assert placed.document_id == request["documents"][0]["id"]
    assert list(placed.signer_ids) == [one["id"] for one in request["signers"]]
    assert place(yousign, order) == placed
    assert {name: provider.count(name) for name in POSTS} == POSTS


@pytest.mark.parametrize("step", range(len(STEPS)))
def test_killed_before_any_step_and_run_again(
    yousign: Yousign, provider: Provider, step: int
) -> None:
    passed: list[str] = []

    def pause(name: str) -> None:
        passed.append(name)
        if len(passed) == step + 1:
            raise Killed

    with pytest.raises(Killed):
        place(yousign, ORDER, pause)
    assert passed == STEPS[: step + 1]
    place(yousign, ORDER)
    whole(provider)
    assert {name: provider.count(name) for name in POSTS} == POSTS


@pytest.mark.parametrize("operation", POSTS)
@pytest.mark.parametrize("nth", range(3))
@pytest.mark.parametrize(
    "trouble",
    [
        Trouble(acts=True, lost=True),
        Trouble(acts=True, cut=True),
        Trouble(502, acts=True),
        Trouble(500),
        Trouble(acts=True, headers={"Content-Encoding": "br"}),
    ],
    ids=["lost", "cut", "502 after acting", "500", "unreadable"],
)
def test_a_lost_answer_doubles_nothing(
    yousign: Yousign, provider: Provider, operation: str, nth: int, trouble: Trouble
) -> None:
    if nth >= POSTS[operation]:
        nth = POSTS[operation] - 1
    provider.fails(operation, *[Trouble(acts=True)] * nth, trouble)
    with pytest.raises(Unavailable):
        place(yousign, ORDER)
    placed = place(yousign, ORDER)
    request = whole(provider)
    assert list(placed.signer_ids) == [one["id"] for one in request["signers"]]


def test_a_request_that_has_gone_on_is_only_read(yousign: Yousign, provider: Provider) -> None:
    placed = place(yousign, ORDER)
    for rank in range(3):
        provider.signs(provider.only(), rank)
        assert place(yousign, ORDER) == placed
    provider.only()["status"] = "canceled"
    assert place(yousign, ORDER) == placed
    assert {name: provider.count(name) for name in POSTS} == POSTS


def test_a_draft_thrown_away_by_hand_is_made_again(yousign: Yousign, provider: Provider) -> None:
    yousign.create(ORDER)
    provider.only()["status"] = "deleted"
    place(yousign, ORDER)
    assert sorted(one["status"] for one in provider.requests.values()) == ["deleted", "ongoing"]


def test_of_two_drafts_the_oldest_leaves_and_of_all_the_one_that_left(
    yousign: Yousign, provider: Provider
) -> None:
    oldest, newest = yousign.create(ORDER), yousign.create(ORDER)
    assert place(yousign, ORDER).request_id == oldest.id
    assert provider.requests[newest.id]["status"] == "draft"
    provider.requests[oldest.id]["status"], provider.requests[newest.id]["status"] = "draft", "done"
    provider.requests[newest.id] |= {
        name: provider.requests[oldest.id][name] for name in ("documents", "signers")
    }
    assert place(yousign, ORDER).request_id == newest.id


def test_the_same_person_may_sign_twice_at_two_places(yousign: Yousign, provider: Provider) -> None:
    first, second, third = ORDER.invitees
    twice = dataclasses.replace(first, spot=second.spot)
    order = dataclasses.replace(ORDER, invitees=(first, twice, third))
    provider.fails(
        "POST /signature_requests/{id}/signers",
        Trouble(acts=True),
        Trouble(acts=True, lost=True),
    )
    with pytest.raises(Unavailable):
        place(yousign, order)
    placed = place(yousign, order)
    spots = {one["id"]: one["fields"][0]["y"] for one in whole(provider, order)["signers"]}
    assert [spots[one] for one in placed.signer_ids] == [one.spot.y for one in order.invitees]


def test_a_provider_that_moves_a_field_by_a_point_does_not_double_its_signer(
    yousign: Yousign, provider: Provider
) -> None:
    placed = place(yousign, ORDER)
    for signer in provider.only()["signers"]:
        signer["fields"][0]["y"] += 1
    assert place(yousign, ORDER) == placed


@pytest.mark.parametrize(
    ("tamper", "words"),
    [
        (lambda one: one["signers"].append(dict(one["signers"][0])), "de trop"),
        (lambda one: one["signers"].pop(), "n’a pas les signataires"),
        (lambda one: one["signers"][0]["info"].update(email="x@example.org"), "n’a pas les sign"),
        (lambda one: one["signers"][1].update(signature_level=Level.SIMPLE.value), "n’a pas les"),
        (lambda one: one["documents"].append(dict(one["documents"][0])), "2 documents"),
        (lambda one: one["documents"].clear(), "0 documents"),
    ],
    ids=["stranger", "missing", "other address", "lower level", "two documents", "no document"],
)
def test_a_request_that_is_not_what_was_ordered_is_not_ours(
    yousign: Yousign, provider: Provider, tamper: Any, words: str
) -> None:
    place(yousign, ORDER)
    tamper(provider.only())
    with pytest.raises(Broken, match=words):
        place(yousign, ORDER)


def test_a_stranger_in_a_draft_stops_it_before_it_leaves(
    yousign: Yousign, provider: Provider
) -> None:
    request = yousign.create(ORDER)
    document = yousign.upload(request.id, ORDER.file_name, ORDER.pdf)
    stranger = dataclasses.replace(ORDER.invitees[0], email="intrus@example.org")
    yousign.add_signer(request.id, document.id, ORDER, stranger, None)
    with pytest.raises(Broken, match="de trop"):
        place(yousign, ORDER)
    assert provider.only()["status"] == "draft"


# --- the order checks itself ---------------------------------------------------------------------


def _with(**changes: Any) -> Order:
    return dataclasses.replace(
        ORDER, invitees=(dataclasses.replace(ORDER.invitees[0], **changes), *ORDER.invitees[1:])
    )


@pytest.mark.parametrize(
    ("order", "field"),
    [
        (_with(first_name="Đỗ Thị"), "signataires.1.prenom"),
        (_with(last_name="Diallo <b>"), "signataires.1.nom"),
        (_with(last_name="   "), "signataires.1.nom"),
        (_with(last_name="x" * 256), "signataires.1.nom"),
        (_with(phone=None), "signataires.1.telephone"),
        (_with(phone="0612345678"), "signataires.1.telephone"),
        (_with(email=""), "signataires.1.courriel"),
        (_with(email="x" * 90 + "@example.org"), "signataires.1.courriel"),
        (dataclasses.replace(ORDER, name="x" * 129), "titre"),
        (dataclasses.replace(ORDER, invitees=()), "signataires"),
        (dataclasses.replace(ORDER, external_id="a/b"), "external_id"),
        (dataclasses.replace(ORDER, pdf=b"0" * (50 * 1024 * 1024 + 1)), "document"),
    ],
)
def test_what_the_api_would_refuse_is_told_before_anything_leaves(
    yousign: Yousign, provider: Provider, order: Order, field: str
) -> None:
    with pytest.raises(InvalidData) as caught:
        place(yousign, order)
    assert [one.field for one in caught.value.findings] == [field]
    assert provider.asked == []


@pytest.mark.parametrize(
    "name", ["D’Artagnan", "Jean‑Paul", "de la Tour", "Œuvrard", "Kovačević", "Țepeș"]
)
def test_the_names_of_latin_europe_are_taken(
    yousign: Yousign, provider: Provider, name: str
) -> None:
    order = _with(last_name=name)
    assert place(yousign, order) == place(yousign, order)
    assert len(provider.only()["signers"]) == 3


def test_two_faults_are_told_at_once() -> None:
    with pytest.raises(InvalidData) as caught:
        dataclasses.replace(_with(phone=None), name="").check()
    assert len(caught.value.findings) == 2


def test_a_box_of_the_pdf_as_yousign_counts() -> None:
    # The third page of an A4 document; 58 points high, its top 200 points under the page's top.
    assert spot_of(2, (72.0, 584.0, 272.0, 642.0), 842.0) == Spot(3, 72, 200, 200, 58)
    for box in ((72.0, 600.0, 150.0, 658.0), (72.0, 600.0, 272.0, 630.0), (-9, 600, 272, 658)):
        with pytest.raises(Broken, match="ne convient pas"):
            spot_of(0, box, 842.0)


def test_every_fault_here_is_one_of_ours() -> None:
    assert issubclass(Killed, Exception)
    assert not issubclass(Killed, DocgenError)
    assert isinstance(ORDER.invitees[0], Invitee)
