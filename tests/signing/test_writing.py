"""asn1crypto writes each part once, lengths that end in 0x80 as well, and the same bytes."""

from __future__ import annotations

import subprocess
import sys

import pytest
from asn1crypto import cms, core

import docgen.signing  # noqa: F401 # mends asn1crypto

ALONE = """
from asn1crypto import cms, core
for size in {sizes}:
    content = core.ParsableOctetString(b"x" * size)
    info = {{"content_type": "data", "content": content}}
    facts = dict(version="v3", digest_algorithms=[], encap_content_info=info, signer_infos=[])
    signed = dict(content_type="signed_data", content=cms.SignedData(facts))
    print(cms.ContentInfo(signed).dump().hex())
"""


def content_info(size: int) -> cms.ContentInfo:
    """A structure of several levels around `size` bytes."""
    signed = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [],
            "encap_content_info": {
                "content_type": "data",
                "content": core.ParsableOctetString(b"x" * size),
            },
            "signer_infos": [],
        }
    )
    return cms.ContentInfo({"content_type": "signed_data", "content": signed})


@pytest.mark.parametrize("start", [0, 256])
def test_no_length_has_all_below_written_again(start: int, monkeypatch: pytest.MonkeyPatch) -> None:
    forced = []
    plain = core.Sequence._set_contents

    def noted(self: core.Sequence, force: bool = False) -> None:
        if force:
            forced.append(self)
        plain(self, force)

    monkeypatch.setattr(core.Sequence, "_set_contents", noted)
    ends = 0
    for size in range(start, start + 256):
        info = content_info(size)
        first = info.dump()
        ends += info._header[-1:] == b"\x80" or info["content"]._header[-1:] == b"\x80"
        assert info.dump() == first
        assert cms.ContentInfo.load(first).dump() == first
        assert cms.ContentInfo.load(first)["content"]["encap_content_info"]["content"].native == (
            b"x" * size
        )
    assert ends, "no length of these ends in 0x80"
    assert forced == []


def test_an_indefinite_length_is_still_written_as_a_definite_one() -> None:
    # 30 80 (04 03 "abc") 00 00: X.690, 8.1.3.6.
    indefinite = b"\x30\x80\x04\x03abc\x00\x00"
    assert core.SequenceOf.load(indefinite, spec=core.OctetString).dump(force=True) == (
        b"\x30\x05\x04\x03abc"
    )


def test_each_part_is_written_once_and_the_bytes_are_those_of_asn1crypto_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written: list[int] = []
    plain = core.Sequence._set_contents

    def noted(self: core.Sequence, force: bool = False) -> None:
        written.append(id(self))
        plain(self, force)

    monkeypatch.setattr(core.Sequence, "_set_contents", noted)
    sizes = (3, 127, 129, 1000, 70_000)
    ours = [content_info(size).dump() for size in sizes]
    # ContentInfo, SignedData, EncapsulatedContentInfo, each made by its parts and then written.
    assert len(written) <= 3 * 2 * len(sizes)
    alone = subprocess.run(
        [sys.executable, "-c", ALONE.format(sizes=sizes)], capture_output=True, check=True
    )
    assert alone.stdout.decode().split() == [one.hex() for one in ours]
