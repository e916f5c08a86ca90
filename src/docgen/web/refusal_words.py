"""The words of every page that says no: what happened, what was kept, what to do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from docgen.web.intake import MOST_BYTES, PAPER_BYTES
from docgen.web.phrases import msg

KEPT = msg("Ce qui était déjà enregistré est gardé.")
NOTHING_DONE = msg("Rien n’a été enregistré. Rien n’est perdu.")
NOTHING_KEPT = msg("Le fichier n’a pas été gardé.")
LINK_AGAIN = msg("Ouvrez de nouveau le lien de votre courriel.")


@dataclass(frozen=True)
class Refusal:
    """The words of an error page, in French; `back`: where it offers to go back to."""

    status: int
    titre: str
    arrive: str
    garde: str
    faire: str
    back: Literal["", "document", "verification", "telephone", "papier"] = ""


VISIT_OVER = Refusal(
    404,
    msg("Votre visite est terminée"),
    msg("Par sécurité, la page se ferme après un moment."),
    KEPT,
    LINK_AGAIN,
)
NO_LINK = Refusal(
    404,
    msg("Ce lien n’est pas reconnu"),
    msg("L’adresse n’est pas complète, ou elle est trop ancienne."),
    KEPT,
    msg("Ouvrez votre courriel et appuyez sur le lien. Ne le recopiez pas à la main."),
)
NO_DEPOSIT = Refusal(
    404,
    msg("Ce lien n’est pas reconnu"),
    msg("L’adresse n’est pas complète, ou elle est trop ancienne."),
    KEPT,
    msg("Ouvrez de nouveau le lien qu’on vous a donné pour envoyer les pages."),
)
NO_PAGE = Refusal(
    404,
    msg("Cette page n’existe pas"),
    msg("L’adresse n’est pas la bonne."),
    KEPT,
    LINK_AGAIN,
)
BROKEN = Refusal(
    500,
    msg("Une erreur est arrivée chez nous"),
    msg("Ce n’est pas votre faute."),
    KEPT,
    msg("Essayez encore dans quelques minutes. Si cela ne marche pas, appelez-nous."),
    back="document",
)
UNAVAILABLE = Refusal(
    503,
    msg("Le service ne répond pas en ce moment"),
    msg("Une partie de notre service est arrêtée. Ce n’est pas votre faute."),
    KEPT,
    msg("Attendez une minute, puis essayez encore."),
    back="document",
)
BY_STATUS = {
    400: Refusal(
        400,
        msg("Cette adresse n’est pas la bonne"),
        msg("Vous n’êtes pas passé par l’adresse de notre site."),
        NOTHING_DONE,
        LINK_AGAIN,
    ),
    403: Refusal(
        403,
        msg("Cette page n’est plus à jour"),
        msg("Un autre lien de signature a peut-être été ouvert sur cet appareil."),
        NOTHING_DONE,
        msg("Revenez au document, puis recommencez. Sinon, ouvrez de nouveau le lien du courriel."),
        back="document",
    ),
    404: NO_PAGE,
    405: Refusal(
        405,
        msg("Cette page ne s’ouvre pas ainsi"),
        msg("Vous êtes arrivé ici par un chemin que le site ne connaît pas."),
        NOTHING_DONE,
        msg("Revenez au document, puis appuyez sur les boutons de la page."),
        back="document",
    ),
    413: Refusal(
        413,
        msg("Votre texte est trop long"),
        msg("Le formulaire pèse plus de 64 ko."),
        NOTHING_DONE,
        msg("Revenez au document et écrivez un texte plus court."),
        back="document",
    ),
    415: Refusal(
        415,
        msg("Ce formulaire n’est pas reconnu"),
        msg("Le site attend le formulaire de la page, et rien d’autre."),
        NOTHING_DONE,
        msg("Revenez au document, puis recommencez."),
        back="document",
    ),
    422: Refusal(
        422,
        msg("Une information ne va pas"),
        msg("Le site n’a pas compris ce qui a été envoyé."),
        NOTHING_DONE,
        msg("Revenez au document, puis recommencez."),
        back="document",
    ),
}


def _of_a_check(status: int, titre: str, arrive: str, faire: str) -> Refusal:
    return Refusal(status, titre, arrive, NOTHING_KEPT, faire, back="verification")


OF_A_CHECK = {
    refusal.status: refusal
    for refusal in (
        _of_a_check(
            400,
            msg("Le fichier n’est pas arrivé entier"),
            msg("L’envoi a été coupé, ou il n’a pas la forme attendue."),
            msg("Envoyez de nouveau le fichier."),
        ),
        _of_a_check(
            403,
            msg("Cette page n’est plus à jour"),
            msg("Le formulaire ne vient pas d’une page ouverte dans ce navigateur."),
            msg("Ouvrez de nouveau la page, puis envoyez le fichier."),
        ),
        _of_a_check(
            408,
            msg("L’envoi a été trop long"),
            msg("Le fichier n’était pas arrivé au bout d’une minute et demie."),
            msg("Essayez avec une meilleure connexion."),
        ),
        _of_a_check(
            413,
            msg("Ce fichier est trop lourd"),
            f"Nous acceptons les fichiers de {MOST_BYTES // 1024**2} Mo au plus.",
            msg("Choisissez le PDF signé, tel que vous l’avez reçu."),
        ),
        _of_a_check(
            415,
            msg("Cet envoi n’est pas reconnu"),
            msg("Le site attend le formulaire de la page, et rien d’autre."),
            msg("Ouvrez de nouveau la page, puis envoyez le fichier."),
        ),
        _of_a_check(
            422,
            msg("Le fichier manque"),
            msg("Le site n’a pas trouvé de fichier dans ce qui a été envoyé."),
            msg("Ouvrez de nouveau la page, puis choisissez un fichier PDF ou zip."),
        ),
        _of_a_check(
            429,
            msg("Trop de fichiers en peu de temps"),
            msg("Beaucoup de fichiers viennent d’être envoyés depuis votre connexion."),
            msg("Attendez dix minutes, puis recommencez."),
        ),
        _of_a_check(
            503,
            msg("Beaucoup de personnes vérifient un document"),
            msg("Toutes nos places sont prises en ce moment."),
            msg("Attendez une minute, puis envoyez de nouveau le fichier."),
        ),
    )
}


OF_PAPER = {
    refusal.status: replace(refusal, garde=KEPT, back="papier")
    for refusal in (
        OF_A_CHECK[400],
        OF_A_CHECK[403],
        OF_A_CHECK[408],
        replace(
            OF_A_CHECK[413],
            titre=msg("Ces fichiers sont trop lourds"),
            arrive=f"Nous acceptons les fichiers de {PAPER_BYTES // 1024**2} Mo au plus.",
            faire=msg("Envoyez les pages en plusieurs fois."),
        ),
        OF_A_CHECK[415],
        replace(
            OF_A_CHECK[422], faire=msg("Ouvrez de nouveau la page, puis choisissez des photos.")
        ),
        OF_A_CHECK[429],
        replace(OF_A_CHECK[503], titre=msg("Beaucoup de personnes envoient des pages")),
    )
}
