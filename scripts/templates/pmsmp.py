"""The PMSMP agreement: every block of Cerfa 13912*05."""

from __future__ import annotations

from docx.document import Document as Sheet

from scripts.templates.pieces import HOW_SIGNED_F, Pieces, address, line, reach, reach_if_any, tag
from scripts.templates.sheet import french, new_sheet


def build() -> Sheet:
    """The sheet, ready to save."""
    sheet = new_sheet("Convention de mise en situation en milieu professionnel")
    at = Pieces(sheet)
    at.title(
        "Convention de mise en situation en milieu professionnel",
        "{{ titre }} n° {{ reference }}, émise le {{ emis_le | date }} ; Code du travail, articles "
        "L. 5135-1 à L. 5135-8 et D. 5135-1 à D. 5135-8 ; contenu du formulaire Cerfa 13912*05",
    )
    _renewal(at)
    _people(at)
    _object(at)
    _presence(at)
    _protection(at)
    _obligations(at)
    _signatures(at)
    return sheet


def _renewal(at: Pieces) -> None:
    with at.when("renouvellement"):
        at.text(
            "**Renouvellement.** Cette convention renouvelle la convention "
            "{{ renouvellement.reference }}, du {{ renouvellement.debut_initial | date }} au "
            "{{ renouvellement.fin_initiale | date }}, pour le même objet et les mêmes objectifs. "
            "Motif : {{ renouvellement.motif }}"
        )


def _body(path: str) -> list[tuple[str, str] | tuple[str, str, str]]:
    return [
        ("Dénomination", f"**{{{{ {path}.raison_sociale }}}}**{{% if {path}.forme_juridique %}}, "
         f"{{{{ {path}.forme_juridique }}}}{{% endif %}}"),
        ("SIRET", f"{{{{ {path}.siret | siret }}}}"),
        ("Adresse", address(f"{path}.adresse")),
        ("Téléphone", f"{{{{ {path}.telephone | telephone }}}}", f"{path}.telephone"),
        ("Représentée par", f"{{{{ {path}.representant.nom_complet }}}}, "
         f"{{{{ {path}.representant.fonction }}}}"),
    ]  # fmt: skip


def _people(at: Pieces) -> None:
    at.article("La personne bénéficiaire")
    at.facts(
        [
            ("Nom et prénom", "**{{ beneficiaire.nom_complet }}**"),
            ("Date de naissance", "{{ beneficiaire.date_naissance | date }}"),
            (
                "Joindre",
                reach_if_any("beneficiaire", ""),
                "beneficiaire.courriel or beneficiaire.telephone",
            ),
            (
                "Contrat en cours",
                "{{ beneficiaire.contrat.nature }}, depuis le "
                "{{ beneficiaire.contrat.debut | date }}{% if beneficiaire.contrat.fin %} jusqu’au "
                "{{ beneficiaire.contrat.fin | date }}{% endif %}, "
                "{{ beneficiaire.contrat.heures_hebdomadaires }} heures par semaine",
                "beneficiaire.contrat",
            ),
            (
                "Représentant légal",
                "{{ beneficiaire.representant_legal.nom_complet }} "
                "({{ beneficiaire.representant_legal.lien }})"
                + reach_if_any("beneficiaire.representant_legal"),
                "beneficiaire.representant_legal",
            ),
        ]
    )
    at.article("La structure d’accueil")
    at.facts(
        [
            *_body("entreprise"),
            ("Activité principale", "{{ entreprise.activite_principale }}"),
            (
                "Convention collective",
                "{{ entreprise.convention_collective }}",
                "entreprise.convention_collective",
            ),
            (
                "Assurance",
                "{{ entreprise.assurance.assureur }}, police {{ entreprise.assurance.police }}",
                "entreprise.assurance",
            ),
            (
                "Accueil, suivi et consignes de sécurité",
                "{{ tuteur.nom_complet }}, {{ tuteur.fonction }}, tuteur"
                "{% if tuteur.courriel %} ; {{ tuteur.courriel }}{% endif %}"
                "{% if tuteur.telephone %} ; {{ tuteur.telephone | telephone }}{% endif %}",
            ),
        ]
    )
    at.article("L’organisation")
    at.facts(
        [
            *_body("organisation"),
            ("Agit comme", "{{ qualites_organisation | et }}", "qualites_organisation"),
            (
                "Conseiller référent",
                "{{ referent.nom_complet }}, {{ referent.fonction }} ; " + reach("referent"),
            ),
        ]
    )
    for path, name in (
        ("employeur", "Employeur distinct"),
        ("prescripteur", "Prescripteur distinct"),
        ("structure_accompagnement", "Structure d’accompagnement distincte"),
    ):
        with at.when(path):
            at.heading(name)
            at.facts(_body(path))


def _object(at: Pieces) -> None:
    at.article("Objet, objectifs et tâches")
    intro = at.text("L’objet est un seul des trois que prévoit l’article L. 5135-1 :")
    intro.paragraph_format.keep_with_next = True
    for value, words in (
        ("decouvrir", "découvrir un métier ou un secteur d’activité"),
        ("confirmer", "confirmer un projet professionnel"),
        ("recruter", "initier une démarche de recrutement"),
    ):
        paragraph = at.text('{% if objet == "' + value + '" %}●{% else %}○{% endif %}  ' + words)
        paragraph.paragraph_format.left_indent = 200000
        paragraph.paragraph_format.space_after = 20000
        # The three together, never on two pages; the table of the trade follows.
        paragraph.paragraph_format.keep_with_next = True
    at.facts(
        [
            (
                "Métier",
                "{{ metier.appellation }}{% if metier.code_rome %} (ROME {{ metier.code_rome }})"
                "{% endif %}",
            ),
            ("Évaluation des objectifs", "{{ modalites_evaluation }}"),
            ("Compétences recherchées", "{{ competences | et }}", "competences"),
        ]
    )
    at.heading("Objectifs précis")
    with at.each("objectif in objectifs"):
        at.text("{{ objectif }}", "List Bullet")
    at.heading("Tâches confiées")
    with at.each("tache in taches"):
        at.text("{{ tache }}", "List Bullet")


def _presence(at: Pieces) -> None:
    at.article("Dates, lieu et horaires")
    at.facts(
        [
            ("Période", "du **{{ debut | date }}** au **{{ fin | date }}**, ces deux jours inclus"),
            (
                "Durée de présence",
                '**{{ total_minutes | duree }}**, sur {{ jours | length | pluriel("jour") }}',
            ),
            (
                "Lieu",
                address("lieu")
                + '{% if presence == "hybride" %} ; en partie à distance{% elif presence == "distance" %} '
                "; à distance{% endif %}",
            ),
            ("Conditions particulières", "{{ conditions_travail }}", "conditions_travail"),
            ("Frais et avantages", "{{ avantages }}", "avantages"),
        ]
    )
    table = at.table(((6.0, "Jour"), (7.0, "Présence"), (3.0, "Durée")))
    tag(table, "for semaine in semaines")
    line(
        table,
        (
            "**Semaine du {{ semaine.lundi | date }}**",
            "",
            "**{{ semaine.minutes | duree }}**",
        ),
        shaded=True,
    )
    tag(table, "for jour in semaine.jours")
    line(
        table,
        (
            "{{ jour.date | jour_date }}",
            "{% for plage in jour.spans %}{{ plage.start | heure }} à {{ plage.end | heure }}"
            "{% if not loop.last %}, {% endif %}{% endfor %}",
            "{{ jour.minutes | duree }}",
        ),
    )
    tag(table, "endfor")
    tag(table, "endfor")
    line(table, ("**Total**", "", "**{{ total_minutes | duree }}**"), shaded=True)
    at.gap()


def _protection(at: Pieces) -> None:
    at.article("Santé et sécurité")
    with at.when("protection.equipements or protection.mesures"):
        at.facts(
            [
                ("Équipements fournis", "{{ protection.equipements }}", "protection.equipements"),
                ("Mesures de prévention", "{{ protection.mesures }}", "protection.mesures"),
            ]
        )
    at.text(
        "La structure d’accueil informe la personne des risques et des mesures de prévention, et lui "
        "fournit les équipements de protection individuelle nécessaires (articles R. 4141-3-1 et "
        "suivants du Code du travail)."
    )


def _obligations(at: Pieces) -> None:
    at.article("Obligations des parties")
    for who, duties in _DUTIES:
        at.heading(who)
        at.bullets(*duties)
    at.text(
        "Aucune gratification n’est due par la structure d’accueil ; elle peut en verser une. La "
        "personne garde son statut et, salariée, sa rémunération et sa protection sociale ; "
        "l’accident du travail ou de trajet relève de l’organisme dont elle dépend."
    )
    at.text(
        "La convention"
        + HOW_SIGNED_F
        + " Les données servent à l’établissement, au suivi et à la preuve de cette "
        "convention ; chacun exerce ses droits auprès du conseiller référent (règlement (UE) 2016/679)."
    ).paragraph_format.keep_with_next = True


_DUTIES = (
    (
        "La personne bénéficiaire",
        (
            "respecte le règlement intérieur, les consignes et les horaires ;",
            "prévient le conseiller référent de tout retard ou absence, et le justifie ;",
            "respecte les règles de santé et de sécurité et porte les équipements fournis ;",
            "signale tout incident ou accident ; prend part à l’évaluation.",
        ),
    ),
    (
        "La structure d’accueil",
        (
            "désigne un tuteur qui accueille, aide, informe et évalue ;",
            "n’emploie la personne ni à une tâche régulière d’un poste permanent, ni à un "
            "accroissement d’activité, ni à un emploi saisonnier, ni au remplacement d’un absent ;",
            "respecte les règles de présence, de travail de nuit, de repos et de jours fériés ;",
            "est couverte par une assurance multirisque professionnelle en cours de validité, pour "
            "les dommages aux tiers et à ses biens ;",
            "prévient la structure d’accompagnement de tout accident, sur place ou de trajet, dans "
            "les 24 heures ;",
            "donne accès aux moyens de transport et installations collectifs ; libère la personne à la "
            "demande de la structure d’accompagnement.",
        ),
    ),
    (
        "La structure d’accompagnement",
        (
            "suit la personne par des visites ou des entretiens et intervient en cas de difficulté ;",
            "informe sans délai le prescripteur ou l’employeur de tout accident ;",
            "établit le bilan et l’évaluation, et les transmet au prescripteur.",
        ),
    ),
    (
        "Le prescripteur et l’employeur",
        (
            "le prescripteur vérifie la pertinence de la période et de ses objectifs ;",
            "celui des deux qui couvre le risque déclare l’accident du travail dans les 48 heures : "
            "l’employeur, pour une personne salariée.",
        ),
    ),
)


def _signatures(at: Pieces) -> None:
    heading = at.sheet.add_paragraph(french("Signatures"), style="Heading 2")
    heading.paragraph_format.keep_with_next = True
    at.signatures()
