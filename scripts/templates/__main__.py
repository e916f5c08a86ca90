"""Write the templates that do not exist yet; `--force` replaces those that do."""

from __future__ import annotations

import sys

from scripts.templates import avenant, denonciation, partenariat, pmsmp, preuve
from scripts.templates.sheet import ROOT

PLACES = {
    "conventions/avenant": avenant.build,
    "conventions/denonciation": denonciation.build,
    "conventions/partenariat": partenariat.build,
    "conventions/pmsmp": pmsmp.build,
    "conventions/renouvellement": pmsmp.build,
    "preuve": preuve.build,
}


def main() -> None:
    """Write, and say what was written."""
    for place, build in PLACES.items():
        path = ROOT / "templates" / place / "template.docx"
        if path.exists() and "--force" not in sys.argv[1:]:
            print(f"{path} : déjà là, laissé tel quel.")
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        build().save(str(path))
        print(f"{path} : écrit.")


if __name__ == "__main__":
    main()
