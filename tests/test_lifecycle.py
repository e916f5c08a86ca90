"""Every cell of the status table: the ones that lead somewhere, and all the others refuse."""

from __future__ import annotations

import itertools
import re

import pytest

from docgen.lifecycle import TABLE, WHO, Actor, Status, Step, WrongActor, WrongStatus, after

CELLS = list(itertools.product(Step, Status, Actor))


@pytest.mark.parametrize(("step", "status", "actor"), CELLS)
def test_each_cell_leads_where_the_table_says_or_refuses(
    step: Step, status: Status, actor: Actor
) -> None:
    if actor not in WHO[step]:
        with pytest.raises(WrongActor):
            after(step, status, actor)
    elif (step, status) in TABLE:
        assert after(step, status, actor) is TABLE[step, status]
    else:
        with pytest.raises(WrongStatus) as caught:
            after(step, status, actor)
        assert status.label in caught.value.explain()
        assert not re.search(r"\ble [aeé]", caught.value.explain())


def test_nothing_leaves_an_end_but_to_be_destroyed_in_its_time() -> None:
    ends = {status for status in Status if status.over}
    leaving = {cell for cell in TABLE if cell[1] in ends}
    assert leaving == {(Step.DESTROY, status) for status in ends - {Status.DETRUIT}}
    # What is archived stays so, unless it is cancelled before it was carried out, or kept enough.
    assert [cell for cell in TABLE if cell[1] is Status.ARCHIVE] == [
        (Step.CANCEL, Status.ARCHIVE),
        (Step.DESTROY, Status.ARCHIVE),
    ]


def test_every_status_can_be_reached_and_every_step_has_an_actor() -> None:
    # Two beginnings: a draft, and what was concluded before docgen.
    assert set(TABLE.values()) | {Status.BROUILLON, Status.REPRIS} == set(Status)
    assert set(WHO) == set(Step)
    assert {step for step, _ in TABLE} == set(Step)
