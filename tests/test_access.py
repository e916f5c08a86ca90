"""The one table of roles and acts, walked whole."""

from __future__ import annotations

import itertools

import pytest

from docgen.access import TABLE, Act, NotYours, Role, may, require


@pytest.mark.parametrize(("role", "act"), list(itertools.product(Role, Act)))
def test_each_cell_allows_or_refuses(role: Role, act: Act) -> None:
    if role in TABLE[act]:
        require(role, act)
        assert may(role, act)
    else:
        with pytest.raises(NotYours) as caught:
            require(role, act)
        assert role.label in caught.value.explain()
        assert not may(role, act)


def test_every_act_has_somebody_and_an_auditor_only_reads_and_takes() -> None:
    assert set(TABLE) == set(Act)
    assert all(TABLE.values())
    mine = {act for act in Act if may(Role.AUDITOR, act)}
    assert mine == {Act.OWN_ACCOUNT, Act.SEARCH, Act.READ, Act.DOWNLOAD}


def test_who_comes_from_outside_or_rules_needs_a_second_factor() -> None:
    assert {role for role in Role if role.needs_second_factor} == {
        Role.ADMINISTRATOR,
        Role.AUDITOR,
    }
    assert {role for role in Role if role.needs_mission} == {Role.AUDITOR}
