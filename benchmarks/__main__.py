"""Run every benchmark, or those named: `python -m benchmarks [journey] [signing] ...`."""

from __future__ import annotations

import sys

from benchmarks import crowd, journey, law, pipeline, search, signing

# The pipeline's last line is for other programs to read.
ALL = {
    "journey": journey.run,
    "law": law.run,
    "search": search.run,
    "signing": signing.run,
    "crowd": crowd.run,
    "pipeline": pipeline.run,
}


def main() -> None:
    """Run and print."""
    for name in sys.argv[1:] or list(ALL):
        print(f"\n== {name}")
        ALL[name]()


if __name__ == "__main__":
    main()
