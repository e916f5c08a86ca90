"""Keys, seals, timestamps, codes and links: what makes an act provable.

pyHanko lives here alone.
"""

from __future__ import annotations

import logging

# pyHanko warns of what is meant here (nothing is fetched) and of what a Report says in French.
for _library in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_library).setLevel(logging.ERROR)
