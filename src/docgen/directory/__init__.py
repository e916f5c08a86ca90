"""Company look-up: what the public register says of a SIRET. The home of httpx for that register.

A door opens it (`lookups.open_directory`) and hands it on as a plain `Lookup`. The rules are told
`standing`: an establishment that is closed stops a new PMSMP (D3), a directory that does not answer
never does. Whether a SIRET is well formed is said offline, by `agreements.parties`.
"""

from docgen.directory.client import Directory, no_directory
from docgen.directory.company import Company, Lookup, Place, State, standing
from docgen.directory.kept import Kept
from docgen.directory.pace import Pace

__all__ = [
    "Company",
    "Directory",
    "Kept",
    "Lookup",
    "Pace",
    "Place",
    "State",
    "no_directory",
    "standing",
]
