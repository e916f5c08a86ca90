"""Counting: each function gives the figures of a few definitions, from the same facts."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from docgen.agreements.rules.dates import add_months
from docgen.indicators.facts import Facts, Hire, Scope, Stay
from docgen.indicators.figure import Figure
from docgen.indicators.promised import Lives, commitments, lives_of

TO_RENEW = dt.timedelta(days=90)
OBJECTS = {
    "decouvrir": "Découvrir un métier ou un secteur",
    "confirmer": "Confirmer un projet professionnel",
    "recruter": "Initier une démarche de recrutement",
}
CONTRACTS = {
    "cdi": "CDI",
    "cdd_6_mois_ou_plus": "CDD de 6 mois ou plus",
    "cdd_moins_de_6_mois": "CDD de moins de 6 mois",
    "alternance": "Alternance",
    "contrat_aide": "Contrat aidé",
    "contrat_d_insertion": "Contrat d’insertion",
    "autre": "Autre contrat",
}
NOT_SAID = "non précisé"


@dataclass(frozen=True)
class _Sorted:
    """The stays of the window, by what is asked of them."""

    started: tuple[Stay, ...]
    renewals: tuple[Stay, ...]
    ended: tuple[Stay, ...]
    realised: tuple[Stay, ...]
    renewals_of: Mapping[str, tuple[Stay, ...]]

    @property
    def all_started(self) -> tuple[Stay, ...]:
        return (*self.started, *self.renewals)


def figures(facts: Facts, scope: Scope) -> tuple[Figure, ...]:
    """Every figure of the window, in the order of their definitions."""
    stays = _sort(facts.stays, scope)
    lives = lives_of(facts, scope)
    return (
        *_volumes(stays),
        *_breakdowns(stays),
        *_lengths(stays),
        *_jobs(stays, facts.hires, scope),
        *_conventions(lives, scope),
        *commitments(lives, scope, Counter(one.siren for one in stays.realised)),
        *_quality(stays),
        *_gifts_and_events(facts, scope),
    )


def _sort(stays: Sequence[Stay], scope: Scope) -> _Sorted:
    window = scope.window
    renewals: dict[str, list[Stay]] = defaultdict(list)
    for stay in stays:
        if stay.renews is not None:
            renewals[stay.renews].append(stay)
    begun = [one for one in stays if window.first <= one.first <= window.last]
    ended = [one for one in stays if window.first <= one.last <= scope.at]
    return _Sorted(
        tuple(one for one in begun if one.renews is None),
        tuple(one for one in begun if one.renews is not None),
        tuple(ended),
        tuple(one for one in ended if one.realised and one.renews is None),
        {parent: tuple(found) for parent, found in renewals.items()},
    )


def _volumes(stays: _Sorted) -> Iterator[Figure]:
    yield Figure("pmsmp_commencees", len(stays.started))
    yield Figure("renouvellements", len(stays.renewals))
    yield Figure("pmsmp_realisees", len(stays.realised))
    yield Figure("minutes_realisees", sum(one.done or 0 for one in stays.ended if one.realised))
    without = [one.planned or 0 for one in stays.ended if one.outcome is None]
    yield Figure("minutes_sans_bilan", sum(without))
    yield Figure("personnes", len({one.person for one in stays.all_started}))
    hosts = {one.siren for one in stays.all_started}
    yield Figure("entreprises", len(hosts))
    yield Figure("etablissements", len({one.siret for one in stays.all_started}))
    first_hosts = {one.siren for one in stays.started}
    yield Figure("pmsmp_par_entreprise", _share(len(stays.started), len(first_hosts)))


def _breakdowns(stays: _Sorted) -> Iterator[Figure]:
    months = Counter(f"{one.first:%Y-%m}" for one in stays.started)
    for month in sorted(months):
        yield Figure("par_mois", months[month], month)
    objects = Counter(one.objet for one in stays.started)
    for slug, label in OBJECTS.items():
        if stays.started:
            yield Figure("par_objet", objects[slug], slug, label)
    labels: dict[str, str] = {}
    for one in stays.started:
        if one.rome and one.trade:
            labels.setdefault(one.rome, f"{one.trade} ({one.rome})")
    trades = Counter(one.rome or one.trade or NOT_SAID for one in stays.started)
    yield from _ranked("par_metier", trades, labels)
    yield from _ranked("par_secteur", Counter(one.sector or NOT_SAID for one in stays.started))
    names = {one.siren: one.company for one in stays.started}
    yield from _ranked("par_hote", Counter(one.siren for one in stays.started), names)


def _ranked(
    definition: str, counts: Counter[str], labels: Mapping[str, str] | None = None
) -> Iterator[Figure]:
    """A row for each, the largest first, then by name."""
    for group, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        yield Figure(definition, count, group, (labels or {}).get(group, ""))


def _lengths(stays: _Sorted) -> Iterator[Figure]:
    alone = [one.days for one in stays.started]
    whole = [
        one.days + sum(more.days for more in stays.renewals_of.get(one.id, ()))
        for one in stays.started
    ]
    yield Figure("jours_moyenne", _share(sum(alone), len(alone)))
    yield Figure("jours_mediane", median(alone))
    yield Figure("jours_moyenne_renouvellements", _share(sum(whole), len(whole)))
    yield Figure("jours_mediane_renouvellements", median(whole))


def _jobs(stays: _Sorted, hires: Iterable[Hire], scope: Scope) -> Iterator[Figure]:
    of_person: dict[str, list[Hire]] = defaultdict(list)
    for hire in hires:
        of_person[hire.person].append(hire)
    any_job, same_host, contracts = 0, 0, Counter[str]()
    for stay in stays.realised:
        chain = (stay, *stays.renewals_of.get(stay.id, ()))
        until = add_months(max(one.last for one in chain), scope.hire_months)
        found = sorted(
            (hire for hire in of_person.get(stay.person, ()) if stay.first <= hire.start <= until),
            key=lambda hire: (hire.siren != stay.siren, hire.start),
        )
        told = next((one for one in chain if one.follow == "embauche"), None)
        if not found and told is None:
            continue
        any_job += 1
        same_host += any(hire.siren == stay.siren for hire in found)
        contract = found[0].contract if found else told.contract if told else None
        contracts[contract or NOT_SAID] += 1
    yield Figure("vers_emploi", any_job)
    yield Figure("vers_emploi_meme_hote", same_host)
    yield Figure("taux_vers_emploi", _hundredths(any_job, len(stays.realised)))
    yield from _ranked("par_contrat", contracts, CONTRACTS)


def _conventions(lives: Lives, scope: Scope) -> Iterator[Figure]:
    active = to_renew = 0
    for _, life in lives:
        period = life.period_on(scope.at)
        if period is None:
            continue
        active += 1
        notice = period.notice
        to_renew += notice is not None and scope.at <= notice <= scope.at + TO_RENEW
    yield Figure("conventions_actives", active)
    yield Figure("a_renouveler", to_renew)


def _quality(stays: _Sorted) -> Iterator[Figure]:
    with_bilan = sum(one.outcome is not None for one in stays.ended)
    yield Figure("taux_bilan", _hundredths(with_bilan, len(stays.ended)))
    signed = [
        (one.sent_on, one.signed_on, one.first)
        for one in stays.all_started
        if one.sent_on is not None and one.signed_on is not None
    ]
    yield Figure("delai_signature", median([(last - sent).days for sent, last, _ in signed]))
    in_time = sum(last < first for _, last, first in signed)
    yield Figure("signees_avant_debut", _hundredths(in_time, len(signed)))


def _gifts_and_events(facts: Facts, scope: Scope) -> Iterator[Figure]:
    window = scope.window
    gifts = [one for one in facts.gifts if window.first <= one.day <= window.last]
    receipts = [one.cents for one in gifts if one.cents is not None]
    yield Figure("mecenat_minutes", sum(one.minutes for one in gifts))
    yield Figure("mecenat_centimes", sum(receipts))
    yield Figure("recus", len(receipts))
    events = [one for one in facts.events if window.first <= one.day <= window.last]
    yield Figure("evenements", len(events))
    yield Figure("evenements_participants", sum(one.participants for one in events))
    yield Figure("evenements_pmsmp", sum(one.stays for one in events))
    yield Figure("evenements_embauches", sum(one.hires for one in events))


def median(values: Sequence[int]) -> Fraction | None:
    """The middle value, or the mean of the two in the middle; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return Fraction(ordered[middle])
    return Fraction(ordered[middle - 1] + ordered[middle], 2)


def _share(total: int, count: int) -> Fraction | None:
    return Fraction(total, count) if count else None


def _hundredths(part: int, whole: int) -> Fraction | None:
    return Fraction(100 * part, whole) if whole else None
