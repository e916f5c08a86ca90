"""What the actions say to a signer, in French, which the pages also say in other languages.

An action explains itself in one finished sentence: here are the shapes of these sentences, with
`%(name)s` where a value goes. tests/web/test_catalogue.py reads the actions and finds each here.
"""

from __future__ import annotations


def msg(text: str) -> str:
    """`text` itself, marked for the catalogue."""
    return text


PHRASES: tuple[str, ...] = (
    # The consent: what is recorded is the French, this is its translation (actions/ceremony.py).
    msg(
        "J’ai lu ce document et j’en accepte le contenu. J’accepte de le signer par voie "
        "électronique : le code reçu par courriel et mon nom, écrit ci-dessous, valent ma "
        "signature. L’organisation appose son cachet et garde la preuve de mon accord."
    ),
    msg(
        "J’ai lu ce document et j’en accepte le contenu. J’accepte de le signer par voie "
        "électronique : le code reçu par SMS et mon nom, écrit ci-dessous, valent ma "
        "signature. L’organisation appose son cachet et garde la preuve de mon accord."
    ),
    msg(
        "J’ai lu ce document et j’en accepte le contenu. J’accepte de le signer par voie "
        "électronique : mon nom, écrit ci-dessous devant un membre de l’organisation, vaut ma "
        "signature. L’organisation appose son cachet et garde la preuve de mon accord."
    ),
    # The link and the visit (actions/enter.py)
    msg("Ce lien a été remplacé par un autre. Ouvrez le dernier courriel que vous avez reçu."),
    msg("Ce lien n’est plus valable. Demandez-en un nouveau à la personne qui vous l’a envoyé."),
    msg("Une autre personne a refusé de signer %(quand)s."),
    msg("Une autre personne a refusé de signer."),
    msg("Le délai pour signer est passé."),
    msg("L’organisation a annulé ce document."),
    # What a signer types: code, name, consent, reason (actions/sign.py)
    msg("Vous avez déjà signé ce document."),
    msg("Ce document ne se signe plus par ce lien : appelez votre interlocuteur."),
    msg("D’autres personnes doivent signer avant vous : vous serez prévenu."),
    msg(
        "%(codes)s codes vous ont déjà été envoyés. Attendez %(minutes)s minutes, puis "
        "demandez-en un autre ; regardez aussi vos courriels indésirables."
    ),
    msg("Dites en quelques mots pourquoi vous refusez."),
    msg("%(most)s caractères au plus."),
    msg("Vous avez déjà signé ce document : appelez votre interlocuteur."),
    msg("Cochez la case pour donner votre accord."),
    msg("Écrivez votre prénom et votre nom : %(nom)s."),
    msg("Le code compte six chiffres."),
    msg("Aucun code n’attend ici ; demandez un nouveau code."),
    msg("Ce code a expiré ; demandez un nouveau code."),
    msg("Trop d’essais pour ce code ; demandez un nouveau code."),
    msg("Ce code n’est pas le bon ; demandez un nouveau code."),
    msg("Ce code n’est pas le bon ; il reste 1 essai."),
    msg("Ce code n’est pas le bon ; il reste %(essais)s essais."),
    # Steps that the status forbids (lifecycle.py)
    msg("Cet accord est %(statut)s : on ne peut pas %(verbe)s."),
    msg("Vous ne pouvez pas %(verbe)s cet accord."),
    # The page « Vérifier un document » (actions/public_check.py, verdict.py; web/checking.py)
    msg("Choisissez un fichier PDF ou zip, qui ne soit pas vide."),
    msg("Nous acceptons les fichiers de %(taille)s Mo au plus."),
    msg(
        "Signature électronique simple, avec une preuve renforcée. Chaque personne a reçu un lien "
        "et un code, puis a donné son accord. Le cachet posé sur le document est celui de "
        "l’organisation : ce n’est ni une signature avancée, ni une signature qualifiée."
    ),
    msg(
        "Cachet de l’organisation seul : il atteste ce qu’elle dit dans ce document, il n’est la "
        "signature de personne."
    ),
    msg("Nous ne pouvons pas dire ce que valent les signatures de ce fichier."),
    msg("Ce fichier zip n’est pas un dossier exporté, ou il est abîmé."),
    msg("Un fichier du dossier a été changé, ajouté ou enlevé."),
    msg("Tous les fichiers du dossier sont là et n’ont pas changé."),
    msg("Nous n’avons pas pu lire ce fichier"),
    msg("Le fichier est protégé par un mot de passe."),
    msg("Ce n’est pas un PDF, ou il est abîmé, ou il est trop long à lire."),
    msg("Ce fichier ne porte pas de cachet que nous reconnaissons."),
    msg("Ce document ne porte pas notre cachet"),
    msg("Ne vous fiez pas à ce document"),
    msg("Ce n’est pas la dernière version de ce document"),
    msg("Ce document porte notre cachet, mais nous ne l’avons pas gardé"),
    msg("Ce document est intact"),
    msg("Une autre vérification a échoué : demandez le document à l’organisation."),
    msg("Personne n’a encore signé ce document."),
    msg("Le document, ou une signature, a été changé après coup."),
    msg("Rien n’a été changé dans ce qui est signé."),
    msg("Rien n’a été ajouté après la dernière signature."),
    msg("Quelque chose a été ajouté, ou enlevé, à la fin du fichier."),
    msg("Un cachet vient de quelqu’un que nous ne connaissons pas."),
    msg("Le fichier contient un programme : il peut changer d’aspect."),
    msg("1 emplacement de signature est vide."),
    msg("%(nombre)s emplacements de signature sont vides."),
    msg("Le fichier se dit fait pour être gardé longtemps (PDF/A)."),
    msg("Il porte une signature, scellée par notre cachet."),
    msg("Il porte %(nombre)s signatures, scellées par notre cachet."),
    msg(
        "Une signature a été scellée sans horodatage, aucune autorité ne répondant ; un "
        "horodatage prouve qu’elle existait à la date du %(quand)s."
    ),
    msg("La date d’une signature n’est pas sûre."),
    msg("La dernière signature date du %(quand)s ; l’heure vient de notre propre horloge."),
    msg(
        "La dernière signature date du %(quand)s ; l’heure vient d’une autorité d’horodatage "
        "extérieure."
    ),
    msg("Nous n’avons pas gardé ce fichier exact : nous le jugeons seulement sur son contenu."),
    msg("Nos registres ne concordent pas sur ce fichier : appelez-nous."),
    msg("Une version plus récente existe : demandez-la à l’organisation."),
    msg("C’est exactement le fichier que nous avons gardé."),
)
