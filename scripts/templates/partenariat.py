"""The partnership convention: parties, preamble, eleven articles, signatures."""

from __future__ import annotations

from docx.document import Document as Sheet

from scripts.templates.pieces import HOW_SIGNED_F, Pieces, parties, reach
from scripts.templates.sheet import new_sheet


def build() -> Sheet:
    """The sheet, ready to save."""
    sheet = new_sheet("Convention de partenariat")
    at = Pieces(sheet)
    at.title("{{ titre }}", "n° {{ reference }}, émise le {{ emis_le | date }}")
    parties(at)
    _preamble(at)
    _company(at)
    _organisation(at)
    _frame(at)
    _life(at)
    _signatures(at)
    return sheet


def _preamble(at: Pieces) -> None:
    at.heading("Préambule")
    at.text(
        "L’organisation accompagne vers l’emploi durable des personnes qui en sont éloignées, les "
        "salariés en transition. L’entreprise souhaite ouvrir ses métiers à ces personnes, au titre "
        "de sa responsabilité sociale et de ses besoins de recrutement. Les parties conviennent de "
        "ce qui suit."
    )
    at.article("Objet")
    at.text(
        "La présente convention fixe la coopération des parties : l’accueil de salariés en transition "
        "en période de mise en situation en milieu professionnel (PMSMP), la découverte des métiers "
        "de l’entreprise et, lorsque les besoins se rencontrent, le recrutement."
    )


def _company(at: Pieces) -> None:
    company = "engagements_entreprise"
    at.article("Engagements de l’entreprise")
    at.text(
        "**Accueil en PMSMP.** L’entreprise s’engage à accueillir "
        f"**{{{{ {company}.pmsmp.volume_annuel }}}} PMSMP par an**, "
        "{% if " + company + '.pmsmp.base == "annee_civile" %}comptées par année civile, du '
        "1er janvier au 31 décembre{% else %}comptées par année de convention, d’un anniversaire à "
        "l’autre{% endif %}. Elle désigne un tuteur pour chacune."
    )
    with at.when(f"{company}.pmsmp.metiers"):
        at.text(f"Métiers proposés : {{{{ {company}.pmsmp.metiers | et }}}}.")
    with at.when(f"{company}.recrutement"):
        at.text(
            "**Intention de recruter.** "
            "{% if " + company + '.recrutement.intention == "etude_des_candidatures" %}'
            "L’entreprise étudie les candidatures présentées par l’organisation sur ses postes "
            "ouverts."
            "{% elif " + company + '.recrutement.intention == "entretien_garanti" %}'
            "L’entreprise reçoit en entretien les candidats présentés par l’organisation sur ses "
            "postes ouverts."
            "{% else %}L’entreprise vise un objectif de recrutement parmi les candidats présentés par "
            "l’organisation.{% endif %}"
            "{% if " + company + ".recrutement.nombre_annuel %} Nombre visé : "
            "{{ "
            + company
            + '.recrutement.nombre_annuel | pluriel("recrutement") }} par an.{% endif %}'
        )
        with at.when(f"{company}.recrutement.profils"):
            at.text(f"Profils recherchés : {{{{ {company}.recrutement.profils | et }}}}.")
        at.text(
            "Cette intention est une obligation de moyens. Elle n’est pas une promesse d’embauche, et "
            "une PMSMP ne vaut jamais période d’essai."
        )
    with at.when(f"{company}.evenements"):
        at.text("**Visites et événements.** L’entreprise prend part chaque année à :")
        with at.each(f"evenement in {company}.evenements"):
            at.text(
                '{% if evenement.nature == "visite_entreprise" %}visite de l’entreprise'
                '{% elif evenement.nature == "presentation_metiers" %}présentation de ses métiers'
                '{% elif evenement.nature == "simulation_entretien" %}simulation d’entretiens '
                'd’embauche{% elif evenement.nature == "job_dating" %}rencontre de recrutement'
                "{% else %}atelier{% endif %} : {{ evenement.nombre_annuel }} fois par an",
                "List Bullet",
            )
    with at.when(f"{company}.autres"):
        at.text("**Autres engagements.**")
        with at.each(f"engagement in {company}.autres"):
            at.text("{{ engagement }}", "List Bullet")


def _organisation(at: Pieces) -> None:
    ours = "engagements_organisation"
    at.article("Engagements de l’organisation")
    at.text("L’organisation s’engage à :")
    at.bullets(
        f"proposer des candidats préparés dans les {{{{ {ours}.delai_presentation_jours }}}} jours "
        "ouvrés qui suivent le besoin exprimé ;",
        "établir la convention de chaque PMSMP et en suivre les signatures ;",
    )
    with at.when(f"{ours}.visites_par_pmsmp"):
        at.bullets(
            f'faire {{{{ {ours}.visites_par_pmsmp | pluriel("visite") }}}} pendant chaque PMSMP ;'
        )
    at.bullets(
        "établir le bilan de chaque PMSMP avec la personne et son tuteur ;",
        "remettre à l’entreprise un bilan annuel de la coopération"
        f"{{% if {ours}.autres %}} ;{{% else %}}.{{% endif %}}",
    )
    with at.when(f"{ours}.autres"), at.each(f"engagement in {ours}.autres"):
        at.text("{{ engagement }}", "List Bullet")


def _frame(at: Pieces) -> None:
    ours = "engagements_organisation"
    at.article("Cadre des PMSMP")
    at.text(
        "Chaque PMSMP fait l’objet de sa propre convention (Code du travail, articles L. 5135-1 à "
        "L. 5135-8 et D. 5135-1 à D. 5135-8), signée avant son premier jour. La personne garde son "
        "statut et, salariée, sa rémunération ; elle n’occupe ni un poste permanent, ni un emploi "
        "saisonnier, ni le poste d’un salarié absent. L’entreprise est assurée en responsabilité "
        "pour cet accueil{% if entreprise.assurance %} ({{ entreprise.assurance.assureur }}, police "
        "{{ entreprise.assurance.police }}){% endif %}."
    )
    at.article("Suivi en poste")
    with at.when(f"{ours}.suivi_en_poste_semaines"):
        at.text(
            "Après une embauche, l’organisation suit la personne et l’entreprise pendant "
            f"{{{{ {ours}.suivi_en_poste_semaines }}}} semaines, et intervient à la demande de l’une ou "
            "de l’autre en cas de difficulté."
        )
    with at.when(f"not {ours}.suivi_en_poste_semaines"):
        at.text("Aucun suivi en poste n’est prévu après une embauche.")
    at.article("Référents")
    rows: list[tuple[str, str] | tuple[str, str, str]] = []
    for key, label in (
        ("organisation", "Pour l’organisation"),
        ("suppleant_organisation", "Suppléance"),
        ("entreprise", "Pour l’entreprise"),
        ("suppleant_entreprise", "Suppléance"),
    ):
        path = f"referents.{key}"
        value = f"{{{{ {path}.nom_complet }}}}, {{{{ {path}.fonction }}}} ; {reach(path)}"
        rows.append((label, value, path) if key.startswith("suppleant") else (label, value))
    at.facts(rows)
    at.article("Mécénat de compétences")
    with at.when("mecenat"):
        at.text(
            "L’entreprise partage ses savoir-faire ({{ mecenat.domaines | et }}) dans le cadre d’une "
            "convention de mécénat distincte{% if mecenat.reference %}, n° {{ mecenat.reference }}"
            "{% endif %}, seule à régir cette mise à disposition."
        )
    with at.when("not mecenat"):
        at.text("La présente convention ne prévoit pas de mécénat de compétences.")
    at.article("Comité de suivi et bilan annuel")
    at.text(
        "Les référents se réunissent au moins une fois par an, en "
        '{{ ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", '
        '"octobre", "novembre", "décembre")[mois_bilan - 1] }}, pour le bilan : PMSMP accueillies et '
        "promises, suites données, recrutements, difficultés et ajustements."
    )


def _life(at: Pieces) -> None:
    at.article("Communication, confidentialité et données personnelles")
    at.text(
        "Chaque partie peut citer le partenariat ; le nom et le logo de l’autre demandent son accord. "
        "Les informations sur les personnes sont confidentielles."
    )
    at.text(
        "Chaque partie est responsable de ses propres traitements de données (règlement (UE) 2016/679). "
        "Seules les données nécessaires à l’accueil, au suivi et à la preuve sont échangées ; elles "
        "sont gardées le temps de la convention, puis de la prescription. Chacun exerce ses droits "
        "d’accès, de rectification et d’effacement auprès du référent de la partie concernée."
    )
    at.article("Durée, reconduction et résiliation")
    at.text(
        "La convention prend effet le **{{ debut | date }}** et prend fin le **{{ fin | date }}**, ces "
        "deux jours inclus."
    )
    with at.when("reconduction and reconduction.periode_mois and reconduction.maximum"):
        at.text(
            "Elle est ensuite reconduite tacitement par périodes successives de "
            "{{ reconduction.periode_mois }} mois, dans la limite de "
            '{{ reconduction.maximum | pluriel("reconduction") }}.'
        )
    with at.when("reconduction and reconduction.periode_mois and not reconduction.maximum"):
        at.text(
            "Elle est ensuite reconduite tacitement par périodes successives de "
            "{{ reconduction.periode_mois }} mois, tant qu’aucune partie n’y met fin."
        )
    with at.when("reconduction and not reconduction.periode_mois"):
        at.text(
            "Elle est ensuite reconduite tacitement pour une durée indéterminée (Code civil, articles "
            "1214 et 1215)."
        )
    with at.when("not reconduction"):
        at.text("Elle n’est pas reconduite tacitement.")
    with at.when("reconduction and reconduction.avis_entreprise"):
        at.text("L’organisation informe l’entreprise par courriel de chaque reconduction.")
    at.text(
        "{% if reconduction %}Chaque partie peut s’opposer à la reconduction, ou résilier{% else %}"
        "Chaque partie peut résilier{% endif %} la convention, avec un préavis de "
        '{% if preavis.unite == "mois" %}{{ preavis.valeur | mois }}{% else %}'
        '{{ preavis.valeur | pluriel("jour") }}{% endif %} avant la fin de la période en cours, par '
        '{% if preavis.forme == "lettre_recommandee" %}lettre recommandée avec avis de réception'
        "{% else %}courriel avec accusé de réception{% endif %}. Les PMSMP commencées vont à leur "
        "terme."
    )
    at.article("Litiges et signature")
    at.text(
        "Les parties cherchent d’abord un accord amiable ; à défaut, le tribunal compétent est saisi."
    ).paragraph_format.keep_with_next = True
    at.text(
        "La convention" + HOW_SIGNED_F + " Les parties admettent cette preuve. Chacune reçoit un "
        "exemplaire signé."
    ).paragraph_format.keep_with_next = True


def _signatures(at: Pieces) -> None:
    at.heading("Signatures")
    at.signatures()
