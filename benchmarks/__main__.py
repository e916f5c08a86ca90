"""Run every benchmark, or those named: `python -m benchmarks [journey] [keeping] ...`."""

from __future__ import annotations

import sys

from benchmarks import (
    crowd,
    deadlines,
    journey,
    keeping,
    law,
    ledger,
    office,
    pipeline,
    search,
    signing,
)

# The pipeline's last line is for other programs to read.
ALL = {
    "deadlines": deadlines.run,
    "journey": journey.run,
    "law": law.run,
    "office": office.run,
    "search": search.run,
    "keeping": keeping.run,
    "ledger": ledger.run,
    "signing": signing.run,
    "crowd": crowd.run,
    "pipeline": pipeline.run,
}


def main() -> None:
    """Run and print."""
    for name in [one for one in sys.argv[1:] if not one.startswith("-")] or list(ALL):
        print(f"\n== {name}")
        ALL[name]()


if __name__ == "__main__":
    main()
