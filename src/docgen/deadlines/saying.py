"""What is to be said today, of all that is due and was not said: no burst, nothing lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from docgen.deadlines.due import Due, Kind, Matter

# (kind, due, target) of what was said.
Said = Collection[tuple[Kind, dt.date, dt.date]]
# When nothing is due for so long, look again anyway.
HORIZON = dt.timedelta(days=400)


@dataclass(frozen=True)
class Put:
    """What a person did with a matter: put it off to a day, or settled it for good."""

    snoozed_until: dt.date | None = None
    settled: bool = False


@dataclass(frozen=True)
class Saying:
    """One line to say: its latest reminder, and all those that it stands for, itself included."""

    due: Due
    covers: tuple[Due, ...]


@dataclass(frozen=True)
class Outlook:
    """What to say today of one subject, and the first day on which there may be more to say."""

    now: tuple[Saying, ...]
    next_on: dt.date


def outlook(dues: Iterable[Due], said: Said, put: Mapping[Matter, Put], today: dt.date) -> Outlook:
    """Of a subject's reminders, the lines of today; those missed are said by the latest alone.

    A matter put off comes back on its day, once; a matter settled never does.
    """
    matters: dict[Matter, list[Due]] = {}
    for one in dues:
        matters.setdefault(one.matter, []).append(one)
    found, ahead = [], [today + HORIZON]
    for matter, reminders in matters.items():
        state = put.get(matter, Put())
        if state.settled:
            continue
        series = list(reminders)
        if state.snoozed_until is not None:
            series = _put_off(reminders, state.snoozed_until)
        ahead += [one.due for one in series if one.due > today]
        waiting = [
            one
            for one in series
            if one.due <= today <= one.until and (one.kind, one.due, one.target) not in said
        ]
        if waiting:
            found.append(Saying(max(waiting), tuple(sorted(waiting))))
    lines = tuple(sorted(found, key=lambda saying: (saying.due.target, saying.due.kind)))
    return Outlook(lines, min(ahead))


def _put_off(reminders: list[Due], until: dt.date) -> list[Due]:
    """Nothing before the day asked for, one reminder on that day, then those still to come."""
    back = replace(max(reminders), due=until)
    return [back, *(one for one in reminders if one.due > until)]
