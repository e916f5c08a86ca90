"""Each definition against facts small enough to count by hand."""

from __future__ import annotations

import dataclasses
import datetime as dt
from fractions import Fraction

import pytest

from docgen.agreements.partenariat import Partenariat
from docgen.agreements.periods import Terms
from docgen.agreements.rules.windows import Stretch
from docgen.indicators import (
    DEFINITIONS,
    Convention,
    Event,
    Facts,
    Figure,
    Gift,
    Hire,
    Scope,
    Stay,
    figures,
)
from docgen.indicators.compute import median
from tests.samples import PARTENARIAT

YEAR = Stretch(dt.date(2027, 1, 1), dt.date(2027, 12, 31))
SCOPE = Scope(YEAR, dt.date(2028, 3, 1))


def stay(name: str, first: str, last: str, **more: object) -> Stay:
    plain = Stay(
        id=name,
        person=name[0],
        siret="35600000000048",
        company="Dupont",
        first=dt.date.fromisoformat(first),
        last=dt.date.fromisoformat(last),
        objet="confirmer",
        planned=600,
    )
    return dataclasses.replace(plain, **more)  # type: ignore[arg-type]


STAYS = (
    stay("a1", "2026-12-20", "2027-01-10", outcome="complet", done=500),
    stay(
        "a2", "2027-03-01", "2027-03-10", outcome="complet", done=600, rome="G1603", trade="Commis"
    ),
    stay(
        "a2r",
        "2027-03-11",
        "2027-03-20",
        renews="a2",
        outcome="partiel",
        done=300,
        follow="embauche",
        contract="cdi",
    ),
    stay("b1", "2027-05-03", "2027-05-07", outcome="absence", done=0, siret="35600000000055"),
    stay(
        "c1",
        "2027-06-01",
        "2027-06-30",
        outcome="partiel",
        done=450,
        siret="55210055400013",
        company="Lutèce",
        objet="decouvrir",
        sector="Boulangerie",
    ),
    stay("d1", "2027-12-20", "2028-01-05"),
    stay("d1r", "2028-01-06", "2028-01-10", renews="d1"),
    stay("e1", "2027-09-01", "2027-09-10"),
)


def found(facts: Facts, scope: Scope = SCOPE) -> dict[str, Figure]:
    return {f"{one.id}|{one.group}".rstrip("|"): one for one in figures(facts, scope)}


def values(facts: Facts, *names: str, scope: Scope = SCOPE) -> list[object]:
    known = found(facts, scope)
    return [known[name].value for name in names]


def test_started_realised_and_hours() -> None:
    told = values(
        Facts(STAYS),
        "pmsmp_commencees",
        "renouvellements",
        "pmsmp_realisees",
        "minutes_realisees",
        "minutes_sans_bilan",
        "personnes",
        "entreprises",
        "etablissements",
        "pmsmp_par_entreprise",
    )
    # Begun: a2, b1, c1, d1, e1. Realised, by their last day: a1, a2, c1; an absence is none.
    assert told == [5, 1, 3, 500 + 600 + 300 + 450, 600, 5, 2, 3, Fraction(5, 2)]


def test_breakdowns_add_up_to_what_was_started() -> None:
    known = found(Facts(STAYS))
    for name in ("par_mois", "par_objet", "par_metier", "par_secteur", "par_hote"):
        rows = [one.value for key, one in known.items() if key.startswith(f"{name}|")]
        assert sum(value for value in rows if isinstance(value, int)) == 5, name
    assert known["par_metier|G1603"].name == "Commis (G1603)"
    assert known["par_hote|552100554"].name == "Lutèce"
    assert known["par_objet|recruter"].value == 0
    assert known["par_secteur|non précisé"].value == 4


def test_lengths_with_and_without_renewals() -> None:
    # Days: a2 10 (20 with its renewal), b1 5, c1 30, d1 17 (22), e1 10.
    told = values(
        Facts(STAYS),
        "jours_moyenne",
        "jours_mediane",
        "jours_moyenne_renouvellements",
        "jours_mediane_renouvellements",
    )
    assert told == [Fraction(72, 5), 10, Fraction(87, 5), 20]


@pytest.mark.parametrize(
    ("hires", "expected"),
    [
        # The renewal's bilan announces one, without an employer.
        ((), (1, 0, {"cdi": 1})),
        # Both of that person's PMSMP, the second of which a bilan announced already.
        ((Hire("a", "356000000", dt.date(2027, 4, 1), "cdi"),), (2, 2, {"cdi": 2})),
        (
            (Hire("c", "999999999", dt.date(2027, 12, 30), "alternance"),),
            (2, 0, {"cdi": 1, "alternance": 1}),
        ),
        # Six months and a day after its end.
        ((Hire("c", "552100554", dt.date(2027, 12, 31), "cdi"),), (1, 0, {"cdi": 1})),
        # Before the PMSMP began.
        ((Hire("c", "552100554", dt.date(2027, 5, 31), "cdi"),), (1, 0, {"cdi": 1})),
        # Nobody's absence leads to a job.
        ((Hire("b", "356000000", dt.date(2027, 6, 1), "cdi"),), (1, 0, {"cdi": 1})),
        # Two contracts of one person are one PMSMP that led to a job; the host's own comes first.
        (
            (
                Hire("c", "999999999", dt.date(2027, 7, 1), "autre"),
                Hire("c", "552100554", dt.date(2027, 8, 1), "cdi"),
            ),
            (2, 1, {"cdi": 2}),
        ),
    ],
)
def test_what_leads_to_a_job(
    hires: tuple[Hire, ...], expected: tuple[int, int, dict[str, int]]
) -> None:
    known = found(Facts(STAYS, hires))
    contracts = {one.group: one.value for one in known.values() if one.id == "par_contrat"}
    assert (known["vers_emploi"].value, known["vers_emploi_meme_hote"].value, contracts) == expected
    assert known["taux_vers_emploi"].value == Fraction(100 * expected[0], 3)


def test_a_longer_delay_counts_later_hires() -> None:
    late = Facts(STAYS, (Hire("c", "552100554", dt.date(2028, 2, 1), "cdi"),))
    assert values(late, "vers_emploi") == [1]
    assert values(late, "vers_emploi", scope=Scope(YEAR, SCOPE.on, 12)) == [2]


def convention(
    reference: str, siren: str = "356000000", denounced: dt.date | None = None
) -> Convention:
    words = Partenariat.model_validate(PARTENARIAT)
    terms = Terms(words.debut, words.fin, words.reconduction, words.preavis)
    return Convention(reference, reference, siren, terms, 6, "annee_civile", denounced)


def test_conventions_in_force_and_to_decide_follow_renewals_and_notices() -> None:
    facts = Facts(
        conventions=(convention("CP-1"), convention("CP-2", "552100554", dt.date(2027, 6, 30)))
    )
    # On the last day of the year, CP-1 runs by its first renewal.
    assert values(facts, "conventions_actives", "a_renouveler") == [1, 0]
    summer = Scope(Stretch(dt.date(2027, 1, 1), dt.date(2027, 6, 15)), dt.date(2028, 3, 1))
    assert values(facts, "conventions_actives", "a_renouveler", scope=summer) == [2, 1]
    early = Scope(Stretch(dt.date(2026, 1, 1), dt.date(2026, 11, 30)), dt.date(2028, 3, 1))
    assert values(facts, "conventions_actives", "a_renouveler", scope=early) == [0, 0]


def test_promised_and_realised_company_by_company() -> None:
    facts = Facts(STAYS, conventions=(convention("CP-1"), convention("CP-2", "111111111")))
    known = found(facts)
    assert known["pmsmp_promises"].value == 12
    assert [known[f"promesse_par_entreprise|356000000:{what}"].value for what in
            ("promis", "realise", "ecart", "taux")] == [6, 2, -4, Fraction(100, 3)]  # fmt: skip
    assert known["promesse_par_entreprise|111111111:realise"].value == 0
    assert known["entreprises_sans_pmsmp"].value == 1


def test_quality_leaves_out_what_docgen_did_not_see_signed() -> None:
    day = dt.date.fromisoformat
    stays = (
        stay(
            "a1",
            "2027-03-01",
            "2027-03-10",
            outcome="absence",
            sent_on=day("2027-02-01"),
            signed_on=day("2027-02-05"),
        ),
        stay(
            "b1", "2027-03-01", "2027-03-10", sent_on=day("2027-02-01"), signed_on=day("2027-03-01")
        ),
        stay("c1", "2027-03-01", "2027-03-10"),
        stay("d1", "2027-03-01", "2027-03-10"),
    )
    told = values(Facts(stays), "taux_bilan", "delai_signature", "signees_avant_debut")
    assert told == [25, 16, 50]


def test_a_year_that_is_not_over_is_counted_up_to_today() -> None:
    now = Scope(YEAR, dt.date(2027, 6, 10))
    told = values(Facts(STAYS), "pmsmp_realisees", "taux_bilan", scope=now)
    # c1 ends on 30 June: not realised yet, and its bilan is not late.
    assert told == [2, 100]


def test_gifts_receipts_and_events_of_the_window() -> None:
    facts = Facts(
        events=(
            Event(dt.date(2027, 3, 1), 15, 6, 2),
            Event(dt.date(2026, 3, 1), 9, 9, 9),
        ),
        gifts=(
            Gift(dt.date(2027, 1, 1), minutes=210),
            Gift(dt.date(2027, 12, 31), cents=130_000),
            Gift(dt.date(2028, 1, 1), minutes=60),
        ),
    )
    told = values(
        facts,
        "evenements",
        "evenements_participants",
        "evenements_pmsmp",
        "evenements_embauches",
        "mecenat_minutes",
        "mecenat_centimes",
        "recus",
    )
    assert told == [1, 15, 6, 2, 210, 130_000, 1]


def test_nothing_gives_noughts_and_nothing_to_divide() -> None:
    known = found(Facts())
    assert known["pmsmp_commencees"].value == 0
    assert known["taux_vers_emploi"].value is None
    assert known["taux_vers_emploi"].shown == "—"
    assert median([]) is None


def test_every_definition_has_a_figure_and_a_text_of_its_own() -> None:
    facts = Facts(
        STAYS,
        (Hire("a", "356000000", dt.date(2027, 4, 1), "cdi"),),
        (convention("CP-1"),),
    )
    assert {one.id for one in figures(facts, SCOPE)} == set(DEFINITIONS)
    texts = [one.text for one in DEFINITIONS.values()]
    assert len(set(texts)) == len(texts)
    assert all(text.endswith(".") for text in texts)
