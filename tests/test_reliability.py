"""The page of the numbered tests says what was tried: every number, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from scripts.reliability import ASKED, PAGE, Row, line, lines_in, numbered, page, rows_of

TEXT = PAGE.read_text(encoding="utf-8")
REPORT = """<testsuites><testsuite name="pytest">
<testcase classname="tests.a" name="test_12_theft[a]"><properties>
<property name="injected" value="3"/><property name="detected" value="3"/>
<property name="lost" value="0"/></properties></testcase>
<testcase classname="tests.a" name="test_12_theft[b]"><properties>
<property name="injected" value="1200"/><property name="detected" value="1200"/>
<property name="lost" value="0"/></properties></testcase>
<testcase classname="tests.a" name="test_other"/></testsuite></testsuites>"""


def test_every_number_of_the_page_is_a_test_and_every_test_is_on_the_page() -> None:
    numbers = {int(name[5:7]) for name in numbered()}
    assert numbers == set(ASKED)
    assert numbers == set(lines_in(TEXT))


def test_every_numbered_test_counts_what_it_did() -> None:
    assert [name for name, arguments in numbered().items() if "tally" not in arguments] == []


def test_the_page_is_as_the_run_writes_it_and_nothing_was_lost() -> None:
    assert page(lines_in(TEXT)) == TEXT, "lancez : make reliability"
    for number, one in lines_in(TEXT).items():
        _, asked, tests, injected, detected, lost, when = re.split(r" \| ", one.strip("| "))
        assert asked == ASKED[number]
        assert int(tests) > 0
        assert injected == detected != "0", number
        assert lost == "0", number
        assert re.fullmatch(r"\d\d/\d\d/\d{4}(, long)?", when)


def test_a_run_is_summed_number_by_number(tmp_path: Path) -> None:
    (tmp_path / "report.xml").write_text(REPORT)
    rows = rows_of(tmp_path / "report.xml")
    assert rows == {12: Row(2, 1203, 1203, 0)}
    assert "| 2 | 1\N{NO-BREAK SPACE}203 |" in line(12, rows[12], "26/11/2026")
