"""Write the templates that do not exist yet; `--force` replaces those that do."""

from __future__ import annotations

import sys

from scripts.templates import (
    attestation,
    attestation_de_signature,
    avenant,
    bilan,
    certificat_destruction,
    denonciation,
    fiche_entreprise,
    mecenat,
    note_de_reconduction,
    partenariat,
    pmsmp,
    preuve,
    rapport,
    recu,
)
from scripts.templates.sheet import ROOT

PLACES = {
    "attestation-de-signature": attestation_de_signature.build,
    "certificat-destruction": certificat_destruction.build,
    "conventions/attestation": attestation.build,
    "conventions/avenant": avenant.build,
    "conventions/bilan": bilan.build,
    "conventions/denonciation": denonciation.build,
    "conventions/mecenat": mecenat.build,
    "conventions/partenariat": partenariat.build,
    "conventions/pmsmp": pmsmp.build,
    "conventions/recu": recu.build,
    "conventions/renouvellement": pmsmp.build,
    "fiche-entreprise": fiche_entreprise.build,
    "note-de-reconduction": note_de_reconduction.build,
    "preuve": preuve.build,
    "rapport": rapport.build,
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
