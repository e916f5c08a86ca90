"""Everything the check of a template can say: one line a rule, with how to mend it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from docgen.errors import Finding

Level = Literal["error", "warning"]


@dataclass(frozen=True)
class Rule:
    """A rule's stable name, its level, what it watches and how its author mends it in Word."""

    id: str
    level: Level
    title: str
    remedy: str


@dataclass(frozen=True)
class Flaw:
    """One thing that is wrong, and where: part, place in it, the first words there, the mark."""

    rule: str
    level: Level
    part: str
    place: str
    excerpt: str
    mark: str
    message: str
    suggestion: str

    def where(self) -> str:
        """« corps, paragraphe 12 « La convention… » »."""
        words = f" «\u00a0{self.excerpt}\u00a0»" if self.excerpt else ""
        return ", ".join(filter(None, (self.part, self.place))) + words

    def sentence(self) -> str:
        """The whole flaw on one line, for a person."""
        return f"{self.where()} — {self._said()} [{self.rule}]"

    def finding(self) -> Finding:
        """The flaw as the sender of data would hear it."""
        return Finding(self.rule, self.level, self.where(), self._said())

    def _said(self) -> str:
        mark = f"`{self.mark}`\u00a0: " if self.mark else ""
        suggestion = f"\u202f; {self.suggestion}" if self.suggestion else ""
        return f"{mark}{self.message}{suggestion}"


_ALL = (
    # The file
    Rule("fichier-illisible", "error", "Le fichier n’est pas un document Word lisible.",
         "Ouvrir le document dans Word, puis Enregistrer sous, type « Document Word (.docx) »."),
    Rule("fichier-autre-format", "error", "Le fichier est d’un autre format (.doc, .odt, .docm…).",
         "Enregistrer sous, type « Document Word (.docx) » : changer l’extension ne suffit pas."),
    Rule("fichier-chiffre", "error", "Le document est protégé par un mot de passe.",
         "Fichier, Informations, Protéger le document : retirer le mot de passe."),
    Rule("fichier-trop-gros", "error", "Le document se déplie en trop de parties ou d’octets.",
         "Partir d’un document neuf et y copier le texte seul."),
    Rule("xml-illisible", "error", "Une partie du document est abîmée.",
         "Ouvrir et réparer dans Word, puis enregistrer."),
    Rule("macros", "error", "Le document contient des macros ou des contrôles ActiveX.",
         "Enregistrer sous, type « Document Word (.docx) », qui n’en garde pas."),
    Rule("objet-incorpore", "error", "Le document contient un objet OLE ou un fichier incorporé.",
         "Le remplacer par du texte, un tableau ou une image."),
    Rule("contenu-importe", "error", "Le document importe un autre fichier (altChunk).",
         "Copier son contenu dans le document."),
    Rule("lien-externe", "error", "Le document va chercher quelque chose hors de lui-même.",
         "Incorporer l’image ou l’objet ; détacher le modèle lié. Les liens web restent permis."),
    Rule("suivi-modifications", "error", "Des modifications suivies sont restées.",
         "Révision, Accepter toutes les modifications, puis arrêter le suivi."),
    Rule("commentaires", "error", "Des commentaires sont restés.",
         "Révision, Supprimer tous les commentaires."),
    # The marks
    Rule("marque-non-fermee", "error", "Une marque s’ouvre et ne se ferme pas.",
         "Fermer {{ par }} et {% par %}."),
    Rule("marque-non-ouverte", "error", "Une marque se ferme sans s’être ouverte.",
         "Retirer ces accolades, ou rétablir le début de la marque."),
    Rule("marque-coupee", "error", "Une marque est coupée par une fin de paragraphe.",
         "Écrire la marque dans un seul paragraphe."),
    Rule("marque-a-cheval", "error",
         "Une marque passe le bord d’un lien, d’un champ ou d’un contrôle de contenu.",
         "Effacer la marque et la retaper d’un trait, hors du lien ou du contrôle."),
    Rule("marque-typographie", "error", "Une correction automatique de Word a gâté la marque.",
         "Annuler la correction (Ctrl+Z) ou retaper des guillemets droits et un tiret simple."),
    Rule("marque-syntaxe", "error", "La marque est mal écrite.",
         "Comparer avec les exemples du guide."),
    Rule("marque-non-remplie", "error", "La marque est là où docgen ne remplit rien.",
         "La déplacer dans le corps, un en-tête, un pied de page ou une note de bas de page."),
    Rule("instruction-interdite", "error", "L’instruction n’est pas permise dans un modèle.",
         "S’en tenir à if, for, set, macro et with."),
    Rule("balise-accompagnee", "error",
         "Du texte est à côté d’une balise {%p, {%tr ou {%tc : il serait supprimé.",
         "Laisser la balise seule dans son paragraphe, sa ligne ou sa cellule."),
    Rule("balise-hors-tableau", "error", "Une balise {%tr ou {%tc est hors d’un tableau.",
         "Employer {%p hors des tableaux."),
    Rule("balise-tiret", "error", "Une balise {%- ou -%} colle son paragraphe au voisin.",
         "Retirer le tiret."),
    Rule("bloc-desequilibre", "error", "Un bloc if ou for n’est pas fermé, ou l’est trop.",
         "À chaque if son endif, à chaque for son endfor, dans l’ordre."),
    Rule("bloc-a-cheval", "error", "Un bloc s’ouvre à un endroit et se ferme à un autre.",
         "Ouvrir et fermer avec la même balise : {% dans un paragraphe, {%p entre paragraphes, "
         "{%tr entre lignes."),
    Rule("cellule-sans-paragraphe", "warning",
         "La cellule se termine par une balise {%p : Word exige un paragraphe à la fin.",
         "Ajouter une ligne vide à la fin de la cellule, ou employer {%tr."),
    # What they name
    Rule("type-inconnu", "warning", "Le type d’accord n’est pas donné : les marques ne sont pas "
         "comparées au formulaire.", "Ajouter --kind, par exemple --kind pmsmp."),
    Rule("marque-inconnue", "error", "La marque n’est pas un champ de ce type d’accord.",
         "Choisir un champ de la liste ; full.yaml les montre tous."),
    Rule("marque-sans-texte", "error", "La marque désigne un groupe, une liste ou un oui/non.",
         "Écrire un champ du groupe, ou parcourir la liste avec {% for %}."),
    Rule("facultatif-non-garde", "error", "Un champ facultatif est écrit sans être protégé.",
         "L’entourer de {% if champ %} … {% endif %}."),
    Rule("peut-etre-absente", "error", "La marque n’est posée que dans un des cas.",
         "La poser aussi dans l’autre cas, ou avant le {% if %}."),
    Rule("liste-vide", "warning", "Une liste facultative peut être vide, et la phrase en suspens.",
         "L’entourer de {% if liste %} … {% endif %}."),
    Rule("filtre-inconnu", "error", "Le filtre n’existe pas ou n’est pas permis.",
         "Choisir un filtre de la liste de ce guide."),
    Rule("filtre-mal-applique", "error", "Le filtre ne convient pas à ce champ.",
         "Choisir le filtre de la nature du champ : date, durée ou texte."),
    Rule("test-inconnu", "error", "Le test après « is » n’existe pas ou n’est pas permis.",
         "Employer is defined, is none, is string ou is even."),
    Rule("appel-interdit", "error", "La marque appelle une fonction qui n’est pas permise.",
         "S’en tenir aux champs, aux filtres, à range et aux macros du modèle."),
    Rule("valeur-inconnue", "error", "Le champ est comparé à une valeur qu’il n’a jamais.",
         "Choisir une des valeurs admises."),
    Rule("date-brute", "warning", "Une date est écrite sans filtre (2026-03-01).",
         "Écrire {{ champ | date }}."),
    Rule("champ-absent", "warning", "Un champ obligatoire n’est écrit nulle part.",
         "L’ajouter, ou vérifier que c’est voulu."),
    Rule("cadre-signataires", "error", "Les signataires n’ont pas chacun leur cadre de signature.",
         "Écrire {{ signataire.cadre }} une fois, dans une boucle sur signataires."),
    Rule("cadre-cloture", "error", "Le cadre du cachet de clôture manque ou est en double.",
         "Écrire une fois « Cachet de clôture de l’organisation », avec l’apostrophe courbe."),
    # The plain summary
    Rule("resume-absent", "warning", "Le type n’a pas de résumé en mots simples.",
         "Écrire summary.md à côté de template.docx."),
    Rule("resume-illisible", "error", "Le résumé n’est pas un texte lisible.",
         "L’enregistrer en texte seul, encodage UTF-8."),
    Rule("resume-incomplet", "error", "Le résumé tait ce que chacun doit y trouver.",
         "Écrire le numéro, les dates, l’organisation, l’entreprise et la personne à appeler."),
    Rule("resume-markdown", "error", "Le résumé contient un signe qui ne sera pas mis en forme.",
         "S’en tenir à `## Titre`, aux paragraphes, aux listes `- ` et au gras `**mot**`."),
    Rule("phrase-longue", "warning", "Une phrase du résumé est longue.",
         "Une idée par phrase, vingt mots au plus."),
    # What is seen
    Rule("police-absente", "error", "Une police manque sur cette machine, et la page changera.",
         "Choisir Calibri, Cambria, Arial, Times New Roman, Carlito ou Caladea, ou l’installer."),
    Rule("langue-absente", "error", "La langue du document n’est pas le français.",
         "Tout sélectionner, Révision, Langue, Définir la langue de vérification : français, "
         "par défaut."),
    Rule("langue-autre", "warning", "Un passage est marqué d’une autre langue.",
         "Le sélectionner, Révision, Langue : français."),
    Rule("image-sans-texte", "error", "Une image n’a pas de texte de remplacement.",
         "Clic droit sur l’image, Modifier le texte de remplacement."),
    Rule("image-trop-grande", "warning", "Une image est bien plus grande qu’imprimée.",
         "Format de l’image, Compresser les images, 300 ppp au plus."),
)  # fmt: skip

RULES: Mapping[str, Rule] = MappingProxyType({rule.id: rule for rule in _ALL})


def flaw(
    rule: str,
    part: str,
    message: str,
    suggestion: str = "",
    *,
    place: str = "",
    excerpt: str = "",
    mark: str = "",
) -> Flaw:
    """A flaw by its rule's name; without a suggestion of its own it has the rule's remedy."""
    known = RULES[rule]
    remedy = known.remedy[0].lower() + known.remedy[1:].rstrip(".")
    return Flaw(rule, known.level, part, place, excerpt, mark, message, suggestion or remedy)
