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
    msg(
        "La signature de ce document a été confiée à une autre personne. Vous n’avez plus rien à "
        "faire."
    ),
    msg("La suite se passe sur le téléphone : cet écran ne sert plus à signer."),
    # Handing over to somebody else (actions/signers.py, delegation.py)
    msg("Vous signez en votre propre nom : personne ne peut signer à votre place."),
    msg("Vous signez sur place, devant une personne qui vous connaît : dites-lui qui doit signer."),
    msg(
        "On vous a confié cette signature : seules la personne qui l’a fait et l’organisation "
        "peuvent choisir quelqu’un d’autre."
    ),
    msg("Cette signature ne se confie pas depuis cette page."),
    msg("Écrivez le prénom et le nom de la personne."),
    msg("Écrivez sa fonction, et pour qui elle signe."),
    msg("Écrivez le courriel de la personne qui signera."),
    msg("Ce n’est pas une adresse de courriel."),
    msg("C’est l’adresse où vous avez reçu le lien ; écrivez la sienne."),
    msg("%(nom)s signe déjà avec cette adresse."),
    msg("%(nom)s a déjà signé : plus rien n’y change."),
    # Pages signed by hand (actions/deposit.py; documents/scans; web/paper.py)
    msg("Choisissez au moins une photo, ou un PDF."),
    msg("Ce lien a été remplacé par un autre. Demandez-le à la personne qui vous l’a donné."),
    msg("Ce lien n’est plus valable. Demandez-en un nouveau à la personne qui vous l’a donné."),
    msg("Votre signature sur papier est enregistrée : il n’y a plus rien à envoyer."),
    msg("Page %(page)s reçue."),
    msg("Page %(page)s : elle était déjà là, aussi nette."),
    msg("Page sans rien, laissée de côté."),
    msg("Trop floue ou trop sombre pour lire son code. Reprenez la photo, de plus près."),
    msg("Aucun code lisible. Le code est dans un coin de la page : il doit être net et entier."),
    msg(
        "C’est la page %(page)s de %(autre)s, pas de %(reference)s : retirez-la (elle n’est pas "
        "gardée)."
    ),
    msg(
        "C’est la page %(page)s d’une autre version de %(reference)s (empreinte %(la_sienne)s…, au "
        "lieu de %(attendue)s…) : imprimez et faites signer la version actuelle."
    ),
    msg("Le fichier est vide."),
    msg(
        "C’est une photo HEIC (iPhone), que docgen ne lit pas. Envoyez-la en JPEG : Réglages, "
        "Appareil photo, Formats, « Le plus compatible », puis reprenez-la."
    ),
    msg("Plus de %(nombre)s pages en tout : n’envoyez que celles de cet accord."),
    msg("%(pages)s pages. Plus de %(nombre)s pages en tout : n’envoyez que celles de cet accord."),
    msg("Plus de %(nombre)s fichiers."),
    msg("Plus de %(nombre)s Mo en tout."),
    msg("Ce PDF est protégé par un mot de passe. Numérisez de nouveau, sans protection."),
    msg("Ce PDF est abîmé ou n’a pas de page. Numérisez de nouveau."),
    msg("Ce PDF est abîmé : une page ne se lit pas."),
    msg(
        "Ce PDF contient %(quoi)s, ce qu’aucun numériseur ne fait : il n’est pas ouvert. Numérisez "
        "le papier, ou photographiez-le."
    ),
    msg("Ce n’est ni un PDF, ni une image JPEG ou PNG."),
    msg("Cette image est abîmée ou coupée. Envoyez-la de nouveau."),
    msg("Cette image annonce plus de points qu’une page n’en demande."),
    msg(
        "Cette image annonce %(largeur)s × %(hauteur)s points, plus qu’une page n’en demande. "
        "Reprenez-la à la taille ordinaire."
    ),
    msg(
        "La lecture demande trop de temps ou de mémoire, ou ne peut pas finir. Numérisez de "
        "nouveau, en PDF ou en JPEG à 200 points par pouce."
    ),
    # What a signer types: code, name, consent, reason (actions/sign.py)
    msg("Vous avez déjà signé ce document."),
    msg("Ce document ne se signe plus par ce lien : appelez votre interlocuteur."),
    msg("D’autres personnes doivent signer avant vous : vous serez prévenu."),
    msg("Beaucoup de codes partent en ce moment. Attendez quelques minutes."),
    msg(
        "%(codes)s codes vous ont déjà été envoyés. Attendez %(minutes)s minutes, puis "
        "demandez-en un autre ; regardez aussi vos courriels indésirables."
    ),
    msg("Dites en quelques mots pourquoi vous refusez."),
    msg("%(most)s caractères au plus."),
    msg("Vous avez déjà signé ce document : appelez votre interlocuteur."),
    msg("Cochez la case pour donner votre accord."),
    msg("Écrivez votre prénom et votre nom : %(nom)s."),
    # The drawing (signing/drawing.py)
    msg("Ce dessin est trop long ; effacez-le et faites plus simple."),
    msg("Ce dessin est illisible ; effacez-le, ou signez sans dessin."),
    msg("Ce dessin sort du cadre ; effacez-le, ou signez sans dessin."),
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
        "Signature électronique simple, avec une preuve renforcée, sauf là où un cadre dit que la "
        "personne a signé à la main ou chez un prestataire. Le cachet posé sur le document est "
        "celui de l’organisation : ce n’est ni une signature avancée, ni une signature qualifiée."
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
