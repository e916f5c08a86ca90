"""Keys, seals, timestamps, codes and links: what makes an act provable.

pyHanko lives here alone.
"""

from __future__ import annotations

import logging

from docgen.signing.writing import mend

# pyHanko warns of what is meant here (nothing is fetched) and of what a Report says in French.
# fontTools remarks on the creation date of Debian's fonts.
for _library in ("pyhanko", "pyhanko_certvalidator", "fontTools"):
    logging.getLogger(_library).setLevel(logging.ERROR)

mend()
