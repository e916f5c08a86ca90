"""A mistyped command, said in French: the command line's library speaks English only."""

from __future__ import annotations

import re
from collections.abc import Mapping

from typer.exceptions import TyperException

# What the library says, and what we say: `what` is the sentence's place, `allowed` follows it.
SENTENCES: Mapping[str, str] = {
    r"No such command '(?P<what>.*?)'\.?( Did you mean (?P<allowed>.+)\?)?": (
        "commande inconnue : {}"
    ),
    r"No such option: (?P<what>\S+)( \(Possible options: (?P<allowed>.+)\))?": (
        "option inconnue : {}"
    ),
    r"Missing command\.": "il manque une commande",
    r"Missing (argument|parameter|option) '(?P<what>.+?)'.*": "il manque {}",
    r"Got unexpected extra argument\S* \((?P<what>.+)\)": "en trop : {}",
    r"Option '(?P<what>.+)' requires .+": "il manque une valeur à {}",
    r"Option '(?P<what>.+)' does not take a value\.": "une valeur de trop à {}",
}
VALUES: Mapping[str, str] = {
    r".*valid integer.*": "un nombre entier est attendu",
    r".*valid (number|float).*": "un nombre est attendu",
    r".*valid bool.*": "oui ou non est attendu (true, false)",
    r".*valid date.*": "une date est attendue, comme 2027-03-31",
    r".*'(?P<what>.*?)' is not one of (?P<allowed>.+?)\.": "{} n’est pas possible",
    r"\w+ '(?P<what>.*?)' does not exist\.": "{} n’existe pas",
    r"\w+ '(?P<what>.*?)' is a file\.": "{} est un fichier, un dossier est attendu",
    r"\w+ '(?P<what>.*?)' is a directory\.": "{} est un dossier, un fichier est attendu",
    r"\w+ '(?P<what>.*?)' is not readable\.": "{} ne peut pas être lu",
    r"\w+ '(?P<what>.*?)' is not writable\.": "on ne peut pas écrire dans {}",
}
_VALUE = re.compile(r"Invalid value( for '?(?P<place>[^':]+)'?)?: (?P<why>.*)", re.DOTALL)


def mistyped(error: TyperException) -> tuple[str, str]:
    """What is wrong with the command typed, and the command that helps."""
    # Not every error of the library has a sentence ready; each has a text.
    message = getattr(error, "format_message", lambda: str(error))()
    if value := _VALUE.fullmatch(message):
        said = _said(VALUES, " ".join(value["why"].split()))
        if value["place"]:
            said = f"{value['place']} : {said}"
    else:
        said = _said(SENTENCES, message)
    command = getattr(getattr(error, "ctx", None), "command_path", "docgen")
    return f"{said[0].upper()}{said[1:].removesuffix('.')}.", f"{command} --help"


def _said(sentences: Mapping[str, str], message: str) -> str:
    for pattern, sentence in sentences.items():
        if found := re.fullmatch(pattern, message):
            groups = found.groupdict()
            said = sentence.format(f"«\u00a0{groups.get('what')}\u00a0»")
            allowed = (groups.get("allowed") or "").replace("'", "")
            return f"{said} (possible : {allowed})" if allowed else said
    return message
