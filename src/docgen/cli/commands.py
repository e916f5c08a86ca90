"""The commands there are: where each one is, and the line that the list says of it.

The list is told without loading what signs PDFs and serves pages; a test holds it against the
commands themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """A command of `docgen`: `where` is `module:function` under docgen.cli."""

    name: str
    where: str
    line: str


# In the order of the work, under the titles that the list shows.
PANELS: Mapping[str, tuple[Command, ...]] = {
    "Préparer et envoyer": (
        Command(
            "check",
            "rules:check",
            "Contrôler un fichier : données et règles, avec ce qui est déjà enregistré ; "
            "rien n’est créé.",
        ),
        Command(
            "possible",
            "rules:possible",
            "Dire jusqu’à quand une PMSMP peut aller, et quelle règle décide.",
        ),
        Command(
            "company",
            "directory:company",
            "Chercher un établissement dans le répertoire Sirene : nom, adresse, ouvert ou fermé.",
        ),
        Command(
            "register",
            "registry:register",
            "Enregistrer des fiches : organisation, entreprise, beneficiaire, referent.",
        ),
        Command("registry", "registry:registry", "Lister les fiches enregistrées."),
        Command(
            "render",
            "documents:render",
            "Voir le PDF de fichiers, sans numéro, sans rien enregistrer ni envoyer.",
        ),
        Command(
            "issue",
            "documents:issue",
            "Émettre des accords : numéro, PDF figé, invitations à signer.",
        ),
    ),
    "Faire signer": (
        Command(
            "status",
            "following:status",
            "Voir où en sont les accords, qui doit encore signer, et ce qui bloque.",
        ),
        Command(
            "signers",
            "signing:signers",
            "Voir qui signe un accord, par quel moyen, et où chacun en est.",
        ),
        Command(
            "remind",
            "following:remind",
            "Envoyer un nouveau lien à ceux qui n’ont pas signé (les anciens liens cessent).",
        ),
        Command(
            "readdress",
            "signing:readdress",
            "Corriger l’adresse d’un signataire ou changer sa façon de signer.",
        ),
        Command(
            "delegate",
            "signing:delegate",
            "Faire signer quelqu’un d’autre de la même entreprise ou organisation.",
        ),
        Command(
            "on-site",
            "signing:on_site",
            "Faire signer quelqu’un sur place : l’adresse à ouvrir sur l’écran ou le téléphone.",
        ),
        Command(
            "paper",
            "on_paper:paper",
            "Écrire le PDF à imprimer pour signer à la main : chaque page porte son code "
            "dans deux coins.",
        ),
        Command(
            "scan",
            "on_paper:scan",
            "Enregistrer des signatures données à la main, à partir du papier numérisé ou "
            "photographié.",
        ),
        Command(
            "withdraw",
            "on_paper:withdraw",
            "Retirer une signature sur papier enregistrée par erreur, tant qu’elle n’est pas "
            "scellée.",
        ),
        Command(
            "bounce",
            "bounces:bounce",
            "Noter qu’un courriel n’a pas pu être remis : « status » et le journal le disent.",
        ),
        Command(
            "cancel",
            "following:cancel",
            "Annuler un accord qui n’est pas signé par tous, ou une PMSMP sans bilan.",
        ),
        Command(
            "sweep",
            "following:sweep",
            "Reprendre tout ce qui attend : figer, sceller, clore, archiver, envoyer.",
        ),
    ),
    "Suivre et renouveler": (
        Command(
            "deadlines",
            "deadlines:app",
            "Voir les échéances des accords archivés : fin, dernier jour de préavis, "
            "prochain rappel.",
        ),
        Command(
            "renew",
            "renewing:renew",
            "Préparer ce qui suit un accord : renouvellement, avenant ou nouvelle convention.",
        ),
        Command(
            "denounce",
            "renewing:denounce",
            "Préparer la dénonciation d’une convention, et dire si elle arrive à temps.",
        ),
        Command(
            "calendar",
            "calendars:app",
            "Mettre les échéances, les PMSMP et les bilans annuels dans un agenda (.ics).",
        ),
        Command(
            "log",
            "ledger:log",
            "Noter en une ligne une visite, un appel, une médiation, une embauche… ; lister "
            "; annuler.",
        ),
        Command(
            "promise",
            "ledger:promise",
            "Ajouter un engagement que le texte de la convention chiffre hors de ses champs.",
        ),
        Command(
            "ledger",
            "ledger:ledger",
            "Voir ce qu’une entreprise a promis et ce qui est fait, et ce que nous lui devons.",
        ),
        Command(
            "event",
            "events:app",
            "Noter les événements avec des entreprises, et ce qui en est sorti.",
        ),
        Command(
            "indicators",
            "figures:indicators",
            "Donner les chiffres d’une année : PMSMP, personnes, emplois, conventions, "
            "engagements.",
        ),
        Command(
            "import",
            "takeover:take_over",
            "Reprendre le passé : docgen import model --out reprise.xlsx, puis docgen import "
            "reprise.xlsx.",
        ),
    ),
    "Vérifier et garder": (
        Command(
            "verify",
            "keeping:verify",
            "Vérifier des documents : octets, journal, signatures, horodatages, niveau.",
        ),
        Command(
            "export",
            "keeping:export",
            "Sortir des dossiers archivés : fichiers simples, ou zip BagIt avec ses preuves.",
        ),
        Command(
            "reproduce",
            "keeping:reproduce",
            "Refaire le PDF figé d’un accord et le comparer, octet par octet, à celui qui a "
            "été gardé.",
        ),
        Command(
            "custody",
            "custody:app",
            "Garder l’archive : comparer les copies, relire, remettre en état.",
        ),
        Command(
            "journal",
            "journal:app",
            "Le journal d’archive : une ligne par dossier, un arbre de Merkle, des têtes signées.",
        ),
        Command(
            "drill",
            "saving:drill",
            "L’exercice de restauration : refaire l’index, comparer, vérifier des dossiers "
            "tirés au sort.",
        ),
        Command(
            "renew-timestamps",
            "keeping:renew_timestamps",
            "Renouveler les horodatages d’archive avant la fin de leur certificat.",
        ),
        Command(
            "retention",
            "retaining:app",
            "Durées de conservation, verrous, gels, éliminations à deux personnes.",
        ),
        Command(
            "rgpd",
            "retaining:rgpd",
            "Droits des personnes : donner ce qui les concerne, oublier ce qui n’est plus utile.",
        ),
        Command(
            "audit",
            "auditing:app",
            "Retrouver un dossier, le lire, l’emporter ; chaque accès est inscrit avec son motif.",
        ),
        Command(
            "backup",
            "saving:backup",
            "Sauvegarder la base dans un fichier, relu et compté aussitôt.",
        ),
        Command(
            "restore",
            "saving:restore",
            "Remettre une sauvegarde, contrôler ses journaux, dire ce qu’il reste à faire.",
        ),
        Command(
            "rebuild-index",
            "saving:rebuild_index",
            "Refaire la base à partir de l’archive et des certificats seuls.",
        ),
    ),
    "Faire tourner": (
        Command(
            "serve", "running:serve", "Servir les pages de signature, et le bureau sous /bureau."
        ),
        Command(
            "doctor",
            "running:doctor",
            "Contrôler l’installation : ce qui va, et comment réparer le reste.",
        ),
        Command(
            "account",
            "accounts:app",
            "Les comptes du bureau : inviter, fermer, changer de rôle, remettre à zéro.",
        ),
        Command(
            "template",
            "templating:app",
            "Les modèles Word : contrôler, publier, comparer, reprendre.",
        ),
        Command(
            "demo",
            "demo:demo",
            "Tout le parcours, pour de vrai : émettre, signer, archiver, vérifier, suivre.",
        ),
    ),
}
COMMANDS: Mapping[str, Command] = {
    command.name: command for panel in PANELS.values() for command in panel
}
