"""The skills sponsorship: a service, or the loan of one employee; articles, signatures."""

from __future__ import annotations

from docx.document import Document as Sheet

from scripts.templates.pieces import HOW_SIGNED_F, Pieces, address, parties, reach
from scripts.templates.sheet import new_sheet

_LOAN = 'forme == "pret_main_oeuvre"'
_SERVICE = 'forme == "prestation"'


def build() -> Sheet:
    """The sheet, ready to save."""
    sheet = new_sheet("Convention de mécénat de compétences")
    at = Pieces(sheet)
    at.title("{{ titre }}", "n° {{ reference }}, émise le {{ emis_le | date }}")
    parties(at)
    _purpose(at)
    _mission(at)
    _employee(at)
    _value(at)
    _duties(at)
    _life(at)
    _signatures(at)
    return sheet


def _purpose(at: Pieces) -> None:
    at.article("Objet")
    at.text(
        "Par mécénat, l’entreprise met ses compétences au service de l’organisation, qui accompagne "
        "vers l’emploi durable des personnes qui en sont éloignées. Ce don est fait dans l’intérêt "
        "général, au titre de l’article 238\u00a0bis du code général des impôts, et sans contrepartie : "
        "il n’engage l’organisation ni à acheter, ni à recommander, ni à présenter des candidats."
    )
    with at.when(_SERVICE):
        at.text(
            "**Prestation de services.** L’entreprise accomplit la mission avec ses propres équipes, "
            "qu’elle choisit et dirige, et reste leur seul employeur."
        )
    with at.when(_LOAN):
        at.text(
            "**Prêt de main-d’œuvre à but non lucratif.** L’entreprise met un de ses salariés à la "
            "disposition de l’organisation, dans les conditions des articles L. 8241-2 et L. 8241-3 "
            "du Code du travail. La présente convention ne vaut que pour ce salarié."
        )
    with at.when("partenariat"):
        at.text(
            "Ce mécénat s’inscrit dans la convention de partenariat n° {{ partenariat }}, sans "
            "en dépendre."
        )


def _mission(at: Pieces) -> None:
    at.article("Mission")
    at.facts(
        [
            ("Mission", "{{ mission }}"),
            ("Lieu", address("lieu")),
            ("Période", "{{ debut | periode(fin) }}, premier et dernier jour inclus"),
            (
                "Temps donné",
                '{% if volume.unite == "heures" %}{{ volume.nombre | pluriel("heure") }}{% else %}'
                '{{ volume.nombre | pluriel("jour") }}{% endif %}'
                '{% if volume.base == "semaine" %} par semaine{% else %} sur toute la mission'
                "{% endif %}{% if volume.repartition %} ; {{ volume.repartition }}{% endif %}",
            ),
            (
                "Qui guide la mission",
                "{{ encadrement.nom_complet }}, {{ encadrement.fonction }}, à l’organisation"
                "{% if encadrement.courriel %} ; {{ encadrement.courriel }}{% endif %}",
            ),
            (
                "Référent de l’organisation",
                "{{ referent.nom_complet }}, {{ referent.fonction }} ; " + reach("referent"),
            ),
        ]
    )


def _employee(at: Pieces) -> None:
    with at.when(_LOAN):
        at.article("Salarié mis à disposition")
        at.facts(
            [
                ("Nom et prénom", "**{{ salarie.nom_complet }}**", "salarie"),
                ("Qualification", "{{ salarie.qualification }}", "salarie"),
                (
                    "Accord du salarié",
                    "donné le {{ accord_salarie_le | date }}",
                    "accord_salarie_le",
                ),
                ("Contrat de travail", "{{ avenant_contrat }}", "avenant_contrat"),
                ("Calcul des salaires, charges et frais", "{{ mode_calcul }}", "mode_calcul"),
            ]
        )
        at.text(
            "Le contrat de travail n’est ni rompu ni suspendu : l’entreprise reste l’employeur, verse "
            "le salaire et exerce seule le pouvoir disciplinaire. Le salarié garde l’ensemble des droits "
            "qu’il aurait eus dans l’entreprise. L’organisation lui donne les consignes de la mission "
            "et répond des conditions dans lesquelles il l’exécute, dont la santé et la sécurité."
        )
        at.text(
            "Le salarié participe de son plein gré. Il ne peut être ni sanctionné, ni licencié, ni "
            "traité autrement qu’un autre pour avoir refusé. La mission finie, il retrouve son poste "
            "ou un poste équivalent, sans que son évolution de carrière ou de rémunération en souffre. "
            "L’avenant à son contrat précise le travail confié, les horaires, le lieu et les "
            "caractéristiques du poste."
        )
    with at.when(_SERVICE):
        at.article("Équipes de l’entreprise")
        at.text(
            "L’entreprise choisit les personnes qui accomplissent la mission, en fixe le travail et en "
            "répond. Elles respectent, sur place, les règles d’accès, de santé et de sécurité de "
            "l’organisation. Personne n’est mis à disposition."
        )


def _value(at: Pieces) -> None:
    at.article("Coût")
    with at.when('facturation.mode == "gratuit"'):
        at.text(
            "La mission est accomplie à titre gratuit : l’entreprise ne facture à l’organisation ni "
            "salaire, ni charge, ni frais."
        )
    with at.when("facturation.montant_centimes"):
        at.text(
            "La mission fait l’objet d’une facturation partielle, inférieure à son coût : l’entreprise "
            "facture à l’organisation **{{ facturation.montant_centimes | euros }}** "
            "({{ facturation.montant_centimes | euros_en_lettres }}) en tout. Seul le reste est donné."
        )
    at.article("Valorisation et reçu fiscal")
    with at.when("valorisation"):
        at.text(
            "L’entreprise évalue la mission à **{{ valorisation.montant_centimes | euros }}** "
            "({{ valorisation.montant_centimes | euros_en_lettres }}), avant toute facturation. "
            "Méthode : {{ valorisation.methode }}"
        )
    with at.when("not valorisation"):
        at.text(
            "L’entreprise fera connaître par écrit à l’organisation la valeur de la mission et la "
            "méthode qui l’établit."
        )
    at.text(
        "Cette valeur est établie par l’entreprise, sous sa seule responsabilité ; l’organisation n’en "
        "juge pas. La mission accomplie, l’organisation, si elle est éligible, remet à l’entreprise un "
        "reçu qui décrit ce qu’elle a reçu et reporte cette valeur. Les suites fiscales pour "
        "l’entreprise ne dépendent pas de l’organisation."
    )


def _duties(at: Pieces) -> None:
    at.article("Responsabilité et assurance")
    at.text(
        "Chaque partie répond des dommages qu’elle cause. L’entreprise reste responsable de ses équipes "
        "et assurée pour leur activité"
        "{% if entreprise.assurance %} ({{ entreprise.assurance.assureur }}, police "
        "{{ entreprise.assurance.police }}){% endif %} ; l’organisation est assurée pour l’activité "
        "qu’elle accueille. L’organisation prévient l’entreprise sans délai de tout accident, sur "
        "place ou de trajet ; l’employeur le déclare."
    )
    at.article("Confidentialité et propriété intellectuelle")
    at.text(
        "Chaque partie, et toute personne qui prend part à la mission, garde confidentiel ce qu’elle "
        "apprend de l’autre et des personnes accompagnées, pendant la mission et cinq ans après. "
        "L’organisation peut utiliser librement, pour son objet et sans limite de durée, ce que la "
        "mission produit pour elle ; chacun garde ses méthodes et savoir-faire antérieurs. Le nom et le "
        "logo de l’autre partie ne sont utilisés qu’avec son accord."
    )
    at.article("Données personnelles")
    at.text(
        "Chaque partie est responsable de ses propres traitements (règlement (UE) 2016/679). Seules les "
        "données nécessaires à la mission, à son suivi et à la preuve sont échangées ; elles sont gardées "
        "le temps de la convention, puis de la prescription. Chacun exerce ses droits d’accès, de "
        "rectification et d’effacement auprès du référent de l’organisation."
    )


def _life(at: Pieces) -> None:
    at.article("Fin de la mission")
    at.text(
        "La convention prend fin le {{ fin | date }}, sans tacite reconduction ; la prolonger demande un "
        "avenant signé avant cette date. Chaque partie peut y mettre fin plus tôt par écrit, avec un "
        "préavis d’un mois, ou sans délai si l’autre manque gravement à ses engagements"
        "{% if " + _LOAN + " %}. Le salarié peut demander à tout moment la fin de la mise à "
        "disposition{% endif %}. Ce qui est déjà donné le reste."
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
