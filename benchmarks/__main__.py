"""Run every benchmark, or those named: `python -m benchmarks [signing] [law] ...`."""

from __future__ import annotations

import sys

from benchmarks import conversion, journey, law, signing

ALL = {
    "conversion": conversion.run,
    "journey": journey.run,
    "law": law.run,
    "signing": signing.run,
}


def main() -> None:
    """Run and print."""
    for name in sys.argv[1:] or list(ALL):
        print(f"\n== {name}")
        ALL[name]()


if __name__ == "__main__":
    main()
