"""The bilan of a PMSMP: short lines and plain words, for someone who reads little French."""

from __future__ import annotations

from docx.document import Document as Sheet

from scripts.templates.pieces import WIDTH, Pieces, address, reach, reach_if_any, rows_of
from scripts.templates.sheet import new_sheet


def build() -> Sheet:
    """The sheet, ready to save."""
    sheet = new_sheet("Bilan de mise en situation en milieu professionnel", numbered=False)
    at = Pieces(sheet)
    at.title(
        "Bilan de la période en entreprise",
        "{{ titre }} n° {{ reference }}, établi le {{ emis_le | date }}. Période de mise en situation "
        "en milieu professionnel (PMSMP) : convention n° {{ convention.reference }}, "
        "{{ convention.debut | periode(convention.fin) }}.",
    )
    _people(at)
    _presence(at)
    _learnt(at)
    _opinions(at)
    _next(at)
    _signatures(at)
    return sheet


def _choice(value: str, words: dict[str, str]) -> str:
    """The words of a value chosen in a list."""
    cases = [
        "{% " + ("if" if rank == 0 else "elif") + f' {value} == "{slug}" %}}' + said
        for rank, (slug, said) in enumerate(words.items())
    ]
    return "".join(cases) + "{% endif %}"


def _people(at: Pieces) -> None:
    at.article("Qui, où, pour quoi")
    at.facts(
        [
            (
                "La personne",
                "**{{ beneficiaire.nom_complet }}**, date de naissance : "
                "{{ beneficiaire.date_naissance | date }}" + reach_if_any("beneficiaire"),
            ),
            (
                "L’entreprise",
                "**{{ entreprise.raison_sociale }}**, SIRET {{ entreprise.siret | siret }}, "
                + address("entreprise.adresse"),
            ),
            (
                "Le tuteur",
                "{{ tuteur.nom_complet }}, {{ tuteur.fonction }} ; " + reach("tuteur"),
            ),
            ("Le métier", "{{ metier.appellation }}{% if metier.code_rome %} (ROME "
             "{{ metier.code_rome }}){% endif %}"),
            ("Le lieu", address("lieu")),
            (
                "L’objet",
                _choice(
                    "objet",
                    {
                        "decouvrir": "Découvrir un métier ou un secteur d’activité",
                        "confirmer": "Confirmer un projet professionnel",
                        "recruter": "Initier une démarche de recrutement",
                    },
                ),
            ),
            (
                "Le référent",
                "{{ referent.nom_complet }}, {{ referent.fonction }} ; " + reach("referent"),
            ),
            (
                "L’organisation",
                "{{ organisation.raison_sociale }}{% if organisation.forme_juridique %}, "
                "{{ organisation.forme_juridique }}{% endif %}, SIRET "
                "{{ organisation.siret | siret }}, " + address("organisation.adresse")
                + "{% if organisation.telephone %}, {{ organisation.telephone | telephone }}{% endif %} ; "
                "{{ organisation.representant.nom_complet }}, "
                "{{ organisation.representant.fonction }}, " + reach("organisation.representant"),
            ),
        ]
    )  # fmt: skip


def _presence(at: Pieces) -> None:
    at.article("La présence")
    with at.when('deroulement == "absence"'):
        at.text(
            "La personne n’est pas venue. Aucune heure n’a été faite sur les "
            "{{ minutes_prevues | duree }} prévues. Il n’y a rien d’autre à évaluer."
        )
    with at.when('deroulement != "absence"'):
        at.text(
            '{% if deroulement == "complet" %}La période est allée jusqu’au bout.{% else %}La période '
            "n’a pas été faite en entier.{% endif %}"
        ).paragraph_format.keep_with_next = True
        at.facts(
            [
                ("Heures prévues", "{{ minutes_prevues | duree }}"),
                ("Dernier jour de présence", "{{ dernier_jour | jour_date }}", "dernier_jour"),
                (
                    "Heures manquées",
                    "{{ minutes_absence | duree }}{% if dernier_jour %}, jusqu’au dernier jour de présence{% endif %}",
                    "minutes_absence",
                ),
                ("Heures faites", "**{{ minutes_realisees | duree }}**"),
            ]
        )


def _learnt(at: Pieces) -> None:
    with at.when("objectifs"):
        at.article("Les objectifs")
        table = at.table(((7.2, "Objectif"), (3.2, "Résultat"), (WIDTH - 10.4, "Commentaire")))
        rows_of(
            table,
            "objectif in objectifs",
            (
                "{{ objectif.texte }}",
                "**"
                + _choice(
                    "objectif.resultat",
                    {
                        "atteint": "Atteint",
                        "partiel": "Atteint en partie",
                        "non_atteint": "Pas atteint",
                    },
                )
                + "**",
                "{% if objectif.commentaire %}{{ objectif.commentaire }}{% endif %}",
            ),
        )
        at.gap()
    with at.when("competences"):
        at.article("Les compétences")
        table = at.table(((10.4, "Compétence"), (WIDTH - 10.4, "Ce que le tuteur a vu")))
        rows_of(
            table,
            "competence in competences",
            (
                "{{ competence.intitule }}",
                _choice(
                    "competence.niveau",
                    {
                        "acquise": "Acquise",
                        "en_cours": "En cours",
                        "non_observee": "Pas observée",
                    },
                ),
            ),
        )
        at.gap()


def _opinions(at: Pieces) -> None:
    with at.when("avis_tuteur or conseils"):
        at.article("L’avis du tuteur")
        with at.when("avis_tuteur"):
            at.text("{{ avis_tuteur }}")
        with at.when("conseils"):
            at.text("**Conseils.** {{ conseils }}")
    with at.when("avis_beneficiaire"):
        at.article("L’avis de la personne")
        at.text(
            "{% if avis_beneficiaire.accord %}La personne est **d’accord** avec ce bilan."
            "{% else %}La personne n’est **pas d’accord** avec ce bilan.{% endif %}"
            "{% if avis_beneficiaire.commentaire %} Elle dit : « {{ avis_beneficiaire.commentaire }} »{% endif %}"
        )


def _next(at: Pieces) -> None:
    at.article("La suite")
    at.facts(
        [
            (
                "Après cette période",
                _choice(
                    "suite.nature",
                    {
                        "embauche": "**Embauche**",
                        "renouvellement": "**Renouvellement** de la période dans cette entreprise",
                        "formation": "**Formation**",
                        "autre_pmsmp": "**Une autre période** en entreprise (PMSMP)",
                        "aucune": "**Rien de prévu** pour l’instant",
                    },
                )
                + "{% if suite.contrat %} : "
                + _choice(
                    "suite.contrat.nature",
                    {
                        "cdi": "CDI",
                        "cdd_6_mois_ou_plus": "CDD de 6 mois ou plus",
                        "cdd_moins_de_6_mois": "CDD de moins de 6 mois",
                        "alternance": "contrat en alternance",
                        "contrat_aide": "contrat aidé",
                        "contrat_d_insertion": "contrat d’insertion",
                        "autre": "autre contrat",
                    },
                )
                + ", à partir du {{ suite.contrat.debut | date }}{% endif %}",
            ),
            (
                "Le projet de la personne",
                _choice(
                    "projet.position",
                    {
                        "confirme": "**Confirmé**",
                        "modifie": "**Modifié**",
                        "abandonne": "**Abandonné**",
                    },
                )
                + "{% if projet.commentaire %} : {{ projet.commentaire }}{% endif %}",
                "projet",
            ),
            (
                "La prochaine action",
                "{% if prochaine_action.echeance %}Pour le {{ prochaine_action.echeance | date }} : "
                "{% endif %}{{ prochaine_action.action }}",
                "prochaine_action",
            ),
            ("Le mot du référent", "{{ commentaire_referent }}", "commentaire_referent"),
        ]
    )


def _signatures(at: Pieces) -> None:
    at.text(
        "Chacun signe par voie électronique ou, sur le document imprimé, à la main (Code civil, "
        "articles 1366 et 1367) ; son cadre dit comment. L’organisation y met son cachet, garde la "
        "preuve ou l’original. Chacun reçoit le bilan signé. Les données servent au suivi de "
        "la personne et à la preuve ; chacun peut les voir et les corriger auprès du référent "
        "(règlement (UE) 2016/679).",
        "Note",
    ).paragraph_format.keep_with_next = True
    at.heading("Signatures")
    at.signatures()
