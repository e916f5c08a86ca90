"""Counted things, lists, elision, names, identifiers, punctuation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen import french
from tests.french import plain

# --- identifiers ---------------------------------------------------------------------------------


def test_numbers_that_people_copy() -> None:
    assert french.siret("73282932000074") == "732\u00a0829\u00a0320\u00a000074"
    assert french.siren("732829320") == "732\u00a0829\u00a0320"
    assert french.siren("73282932000074") == "732\u00a0829\u00a0320"
    assert french.telephone("0123456789") == "01\u00a023\u00a045\u00a067\u00a089"


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("+33123456789", "01 23 45 67 89"),
        ("+32470123456", "+32 470 12 34 56"),
        ("+41791234567", "+41 79 123 45 67"),
        ("+262692123456", "+262 692 12 34 56"),
        ("+12015550123", "+1 201 555 0123"),
        # Of no known plan, or no number at all: as it was given.
        ("+4479460958", "+4479460958"),
        ("+33700123456789", "+33700123456789"),
        ("3949", "3949"),
        ("à rappeler", "à rappeler"),
        ("", ""),
    ],
)
def test_a_telephone_number(number: str, told: str) -> None:
    assert plain(french.telephone(number)) == told
    assert " " not in french.telephone("+32470123456")


@given(st.text("+0123456789 ()", max_size=16))
def test_any_number_is_written_with_its_own_digits(number: str) -> None:
    digits = [c for c in number if c.isdigit()]
    told = [c for c in french.telephone(number) if c.isdigit()]
    assert told == digits or told[-9:] == digits[-9:]


# --- how many ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "joined", "or_joined"),
    [
        ([], "", ""),
        (["a"], "a", "a"),
        (["a", "b"], "a et b", "a ou b"),
        (["a", "b", "c"], "a, b et c", "a, b ou c"),
        ([1, 2], "1 et 2", "1 ou 2"),
    ],
)
def test_a_list_in_words(words: list[object], joined: str, or_joined: str) -> None:
    assert french.et(words) == french.et(tuple(words)) == joined
    assert french.ou(words) == or_joined


@pytest.mark.parametrize(
    ("count", "told"),
    [(-2, "-2 visites"), (-1, "-1 visite"), (0, "0 visite"), (1, "1 visite"), (2, "2 visites")],
)
def test_nought_and_one_are_singular(count: int, told: str) -> None:
    assert plain(french.pluriel(count, "visite")) == told
    assert french.accord(count, "visite") == told.split()[1]


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("mois", "mois"),
        ("choix", "choix"),
        ("journal", "journaux"),
        ("festival", "festivals"),
        ("travail", "travaux"),
        ("détail", "détails"),
        ("bureau", "bureaux"),
        ("enjeu", "enjeux"),
        ("pneu", "pneus"),
        ("genou", "genoux"),
        ("trou", "trous"),
        ("reconduction", "reconductions"),
    ],
)
def test_the_plural_of_a_word(one: str, many: str) -> None:
    assert french.accord(2, one) == many
    assert french.accord(1, one) == one


def test_a_plural_given_is_the_one_written() -> None:
    assert plain(french.pluriel(2, "jour ouvré", "jours ouvrés")) == "2 jours ouvrés"
    assert plain(french.pluriel(1, "jour ouvré", "jours ouvrés")) == "1 jour ouvré"
    assert plain(french.mois(3)) == "3 mois"


@pytest.mark.parametrize("words", ["jour ouvré", "jour\u00a0ouvré", ""])
@pytest.mark.parametrize("count", [1, 2])
def test_a_plural_that_nobody_can_guess_has_to_be_given(words: str, count: int) -> None:
    with pytest.raises(ValueError, match="plural"):
        french.pluriel(count, words)


# --- elision -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word",
    [
        *("Orléans", "Évry", "Île-de-France", "œuvre", "Ægir", "Emmaüs", "un", "ACI", "URSSAF"),
        *("«\u00a0Emmaüs\u00a0»", "“Emmaüs”", "(Emmaüs)", "e\u0301té", "ouïe", "oubli"),
        *("hôtel", "huile", "huître", "héroïne", "Hélène", "Henri", "Hérault", "héritage", "heure"),
        *(
            "habitant",
            "habilitation",
            "harmonie",
            "haltère",
            "hameçon",
            "hier",
            "hiver",
            "hésitation",
        ),
        *("homme", "honoraires", "horaires", "hôpital", "humain", "hygiène", "HÔTEL"),
        *("Yves", "YVES", "Yvelines", "Ypres", "Yonne", "yeux", "Yerres"),
    ],
)
def test_these_words_elide(word: str) -> None:
    assert french.de(word) == f"d’{word}"
    assert french.que(word) == f"qu’{word}"
    assert french.le(word, "f") == french.le(word) == f"l’{word}"
    assert french.du(word) == f"de l’{word}"
    assert french.au(word) == f"à l’{word}"


@pytest.mark.parametrize(
    "word",
    [
        *("Paris", "«\u00a0Paris\u00a0»", "SIAE", "", "11", "8 jours", "onze", "onzième", "oui"),
        *("ouistiti", "Ouistreham", "uhlan", "yaourt", "Yémen", "Yaoundé", "yoga", "HLM", "HT"),
        *("hameau", "handicap", "Haute-Savoie", "Hautbois", "Havre", "hasard", "hangar", "haricot"),
        *("héros", "hérisson", "hêtre", "heurt", "hernie", "hibou", "hiérarchie", "hockey"),
        *(
            "Hollande",
            "Hongrie",
            "honte",
            "hors",
            "Houilles",
            "huit",
            "huitième",
            "hublot",
            "hutte",
        ),
    ],
)
def test_these_words_do_not(word: str) -> None:
    assert french.de(word) == f"de {word}"
    assert french.que(word) == f"que {word}"
    assert (french.le(word), french.le(word, "f")) == (f"le {word}", f"la {word}")
    assert (french.du(word), french.du(word, "f")) == (f"du {word}", f"de la {word}")
    assert (french.au(word), french.au(word, "f")) == (f"au {word}", f"à la {word}")


@given(st.text(max_size=12))
def test_any_word_has_its_answer(word: str) -> None:
    assert french.de(word) in {f"de {word}", f"d’{word}"}


# --- people --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "capitals"),
    [
        ("Dupré", "DUPRÉ"),
        ("Œuvrard", "ŒUVRARD"),
        ("Le Goff", "LE GOFF"),
        ("Du Pont", "DU PONT"),
        ("du Pont", "du PONT"),
        ("de La Tour", "de LA TOUR"),
        ("de la Tour", "de LA TOUR"),
        ("d’Ormesson", "d’ORMESSON"),
        ("d'Ormesson", "d'ORMESSON"),
        ("van der Meer", "van der MEER"),
        ("Ben Ali", "BEN ALI"),
        ("O’Brien", "O’BRIEN"),
        ("Dupré-Martin", "DUPRÉ-MARTIN"),
        # A particle that stands alone is the name itself.
        ("de", "DE"),
        ("du-Pont", "DU-PONT"),
        ("", ""),
    ],
)
def test_a_surname_in_capitals(name: str, capitals: str) -> None:
    assert french.nom_en_capitales(name) == capitals
    assert french.nom_en_capitales(capitals) == capitals


def test_wording_follows_the_civility_or_is_neutral() -> None:
    told = [french.selon(civility, "né", "née") for civility in ("M.", "Mme", None)]
    assert told == ["né", "née", "né(e)"]
    assert french.selon(None, "le directeur", "la directrice") == "le directeur ou la directrice"
    assert french.selon(None, "le salarié", "la salariée", "la personne") == "la personne"
    assert french.selon("Mme", "le salarié", "la salariée", "la personne") == "la salariée"
    assert [french.appel(civility) for civility in ("M.", "Mme", None)] == [
        "Monsieur",
        "Madame",
        "Madame, Monsieur",
    ]


# --- punctuation ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Quoi ?", "Quoi\u202f?"),
        ("Quoi\u00a0?", "Quoi\u202f?"),
        ("Quoi?!", "Quoi\u202f?!"),
        ("Oui ! !", "Oui\u202f!\u202f!"),
        ("fin; suite", "fin\u202f; suite"),
        ("note : ceci", "note\u00a0: ceci"),
        ("note:", "note\u00a0:"),
        ("(ok?)", "(ok\u202f?)"),
        ("« a »", "«\u00a0a\u00a0»"),
        ("«a»", "«\u00a0a\u00a0»"),
        ("« Quoi? » dit-il", "«\u00a0Quoi\u202f?\u00a0» dit-il"),
        ("25 % de 10 €", "25\u00a0% de 10\u00a0€"),
        ("25%, 10€.", "25\u00a0%, 10\u00a0€."),
        # Not signs of a sentence.
        ("à 14:02", "à 14:02"),
        ("https://example.org/a?b=c;d!e", "https://example.org/a?b=c;d!e"),
        ("50%20", "50%20"),
        ("un.\n: deux", "un.\n: deux"),
        ("a, b.", "a, b."),
        ("", ""),
    ],
)
def test_signs_keep_to_their_words(before: str, after: str) -> None:
    assert french.ponctuation(before) == after


@given(st.text("ab1 \t\n\u00a0\u202f;:!?«»%€().…", max_size=24))
def test_punctuation_done_twice_is_done_once(text: str) -> None:
    once = french.ponctuation(text)
    assert french.ponctuation(once) == once


@given(st.text(max_size=24))
def test_punctuation_changes_spaces_and_nothing_else(text: str) -> None:
    def bare(written: str) -> str:
        return "".join(c for c in written if c not in " \t\u00a0\u202f")

    assert bare(french.ponctuation(text)) == bare(text)


# --- the map -------------------------------------------------------------------------------------


def test_every_filter_is_called_by_its_own_name() -> None:
    assert {name: each.__name__ for name, each in french.FILTERS.items()} == {
        name: name for name in french.FILTERS
    }
    assert set(french.FILTERS) == set(french.__all__) - {"FILTERS", "NBSP", "NNBSP", "PARIS"}
