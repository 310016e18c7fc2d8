"""The yearly return on looked-after children (SSDA903): its tables in, figures about one area and year out.

Rows about children go in and never come out: not in a measure, not in a problem, whose
message names row and column and never repeats a cell. A row with a fault in a column an
indicator needs is left out of that indicator and reported once. Figures are unrounded
and unprotected (``own``): the caller passes them through ``api.metrics.protection``.

Code lists and what counts as "views conveyed" are in ``indicators.yaml``; each
indicator's definition and version stand there too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from api.indicators import INDICATORS, Measure, reference
from api.metrics.recognise import ImportProblem, Table, numbered, read_date, reporting_year

CONCERN = 17
"""SDQ totals from here to 40 are a cause for concern (DfE's bands for carers' scores)."""

_RULES = reference()["ssda903"]
_CONVEYED = frozenset(_RULES["views_conveyed"])
_SHORT_BREAKS = frozenset(_RULES["short_breaks"])
_NEW_PLACEMENT = frozenset(_RULES["new_placement"])
_BY_FOSTER_CARER = frozenset(_RULES["adoption_by_foster_carer"])

_SENTENCES = {
    "date": "This is no day of the calendar written DD/MM/YYYY: mend it, the row is left out.",
    "date_missing": "This date is needed: fill it in, the row is left out.",
    "code": "This code is not in the list of the return ({what}): mend it, the row is left out.",
    "year_not_in_file": "The newest date in this table is before {year}: choose a day of the year the return is about. "
    "Nothing was computed from tables without dates of their own.",
    "code_superseded": "This code is no longer in the list of the return: replace it, the row is left out.",
    "child_missing": "The row has no CHILD: fill it in, the row is left out.",
    "duplicate_row": "This row stands in the table before: it is counted once.",
    "conflicting_rows": "Another row of the same child says something else: both are left out, keep the true one.",
    "code_against_age": "PN0 is for children under 4 at the review, the other codes for older ones: "
    "mend the code or the date of birth, the row is left out.",
    "score": "An SDQ score is a whole number from 0 to 40: mend it, the row is left out of the scores.",
    "order": "The end is before the start: mend the dates, the row is left out.",
    "not_in_episodes": "This child has no episode in the year: add it to Episodes, the incident is left out.",
}


@dataclass(frozen=True)
class _Year:
    """The reporting year, and as far as the tables go into it."""

    first: date
    last: date
    snapshot: date

    @property
    def name(self) -> str:
        return str(self.last.year)

    def has(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass
class _Faults:
    """Problems of one table, each row and column once."""

    table: Table
    found: dict[tuple[int, str, str], ImportProblem] = field(default_factory=dict)

    def add(self, row: int, column: str, code: str, **words: str) -> None:
        problem = ImportProblem(self.table.file, row, column, code, _SENTENCES[code].format(**words))
        self.found.setdefault((row, column, code), problem)

    def day(self, number: int, row: Mapping[str, str], column: str, needed: bool = True) -> tuple[bool, date | None]:
        """(readable, day); an empty one is readable where it is not needed."""
        if not row[column]:
            if needed:
                self.add(number, column, "date_missing")
            return not needed, None
        day = read_date(row[column])
        if day is None:
            self.add(number, column, "date")
        return day is not None, day

    def code(self, number: int, row: Mapping[str, str], column: str, listed: str = "") -> str | None:
        """The code in capitals, or None and a problem if the list has no such code."""
        name = listed or column
        code = row[column].upper()
        if code in _RULES["codes"][name]:
            return code
        if code in _RULES["superseded"].get(name, ()):
            self.add(number, column, "code_superseded")
        else:
            self.add(number, column, "code", what=", ".join(_RULES["codes"][name]))
        return None


@dataclass(frozen=True)
class _Episode:
    child: str
    start: date
    end: date | None
    reason: str
    status: str
    place: str

    def open_on(self, day: date) -> bool:
        return self.start <= day and (self.end is None or self.end > day)

    def within(self, year: _Year) -> bool:
        return self.start <= year.snapshot and (self.end is None or self.end >= year.first)


def compute(
    tables: Mapping[str, Table], area_code: str, area_name: str, as_of: date
) -> tuple[tuple[Measure, ...], tuple[ImportProblem, ...]]:
    """Every indicator the given tables allow, for the reporting year (1 April to 31 March) ``as_of`` is in.

    ``tables`` by kind (``"reviews"``, ``"episodes"``, ``"oc2"``, ``"oc3"``, ``"missing"``;
    others are ignored), as ``recognise`` returns them. OC2 and OC3 carry no date: they are
    taken to be that year's. Before 31 March, "on 31 March" means on ``as_of``. An indicator
    without anybody in its denominator has symbol ``z``.
    """
    last = date(reporting_year(as_of), 3, 31)
    year = _Year(date(last.year - 1, 4, 1), last, min(as_of, last))
    faults = {kind: _Faults(table) for kind, table in tables.items()}
    figures: list[tuple[str, int, int | None]] = []  # indicator, numerator, denominator (None: a plain number)
    episodes = list(_episodes(faults["episodes"])) if "episodes" in tables else []
    newest = max((episode.end or episode.start for episode in episodes), default=None)
    if newest is not None and newest < year.first and not any(episode.end is None for episode in episodes):
        # A year after all episodes would count as nobody; nobody is not what the return says.
        faults["episodes"].add(1, "DECOM", "year_not_in_file", year=year.name)
        tables = {kind: table for kind, table in tables.items() if kind == "reviews"}
    if "episodes" in tables:
        figures += _looked_after(episodes, year)
    if "missing" in tables and "episodes" in tables:
        figures += _missing(faults["missing"], episodes, year)
    if "reviews" in tables:
        figures += _reviews(faults["reviews"], year)
    if "oc2" in tables:
        figures += _health_and_scores(faults["oc2"], year)
    if "oc3" in tables:
        figures += _care_leavers(faults["oc3"], year)
    measures = tuple(_measure(*figure, area_code, area_name, year) for figure in figures)
    problems = [problem for kind in faults.values() for _, problem in sorted(kind.found.items())]
    return measures, tuple(problems)


def _measure(
    indicator_id: str, numerator: int, denominator: int | None, area_code: str, area_name: str, year: _Year
) -> Measure:
    indicator = INDICATORS[indicator_id]
    value: Decimal | None
    if denominator is None:
        value = Decimal(numerator)
    elif denominator == 0:
        value = None
    else:
        factor = 100 if indicator.unit == "%" else 1
        value = (Decimal(factor * numerator) / denominator).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return Measure(
        indicator=indicator.id,
        version=indicator.version,
        label=indicator.name,
        area_code=area_code,
        area_name=area_name,
        geographic_level="Local authority",
        period=year.name,
        period_start=year.snapshot if indicator.period == "31 March" else year.first,
        period_end=year.snapshot,
        numerator=Decimal(numerator),
        denominator=None if denominator is None else Decimal(denominator),
        value=value,
        symbol="z" if value is None else "",
        unit=indicator.unit,
        source=indicator.source.split("; ")[-1],
        own=True,
    )


# --- reading rows


def _rows(
    faults: _Faults, key: Callable[[Mapping[str, str]], tuple[str, ...]]
) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Rows with a child, each once; rows with the same key that differ contradict each other and all stay out."""
    first: dict[tuple[str, ...], tuple[int, Mapping[str, str]]] = {}
    conflicting: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, row in numbered(faults.table):
        if not row["CHILD"]:
            faults.add(number, "CHILD", "child_missing")
            continue
        where = key(row)
        if where not in first:
            first[where] = (number, row)
        elif first[where][1] == row:
            faults.add(number, "CHILD", "duplicate_row")
        else:
            conflicting[where].append(number)
    for where, numbers in conflicting.items():
        for number in (first[where][0], *numbers):
            faults.add(number, "CHILD", "conflicting_rows")
    return ((number, row) for where, (number, row) in first.items() if where not in conflicting)


def _per_child(row: Mapping[str, str]) -> tuple[str, ...]:
    return (row["CHILD"],)


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _episodes(faults: _Faults) -> Iterator[_Episode]:
    for number, row in _rows(faults, lambda row: (row["CHILD"], row["DECOM"], row["DEC"])):
        started, start = faults.day(number, row, "DECOM")
        ended, end = faults.day(number, row, "DEC", needed=False)
        reason, status = faults.code(number, row, "RNE"), faults.code(number, row, "LS")
        if not (started and ended and start and reason and status):
            continue
        if end is not None and end < start:
            faults.add(number, "DEC", "order")
            continue
        yield _Episode(row["CHILD"], start, end, reason, status, row["PLACE"].upper())


# --- indicators: each gives (indicator, numerator, denominator)


def _looked_after(episodes: Iterable[_Episode], year: _Year) -> list[tuple[str, int, int | None]]:
    by_child: dict[str, list[_Episode]] = defaultdict(list)
    for episode in episodes:
        if episode.status not in _SHORT_BREAKS:
            by_child[episode.child].append(episode)
    cohort = [child for child, own in by_child.items() if any(episode.open_on(year.snapshot) for episode in own)]
    several = sum(_placements(by_child[child], year) >= 3 for child in cohort)
    return [("cla_on_31_march", len(cohort), None), ("placements_3_or_more", several, len(cohort))]


def _placements(episodes: list[_Episode], year: _Year) -> int:
    """Placements in force in the year, of one night at least.

    An episode begins a new placement unless only the legal status changed, or the child
    was placed for adoption with the foster carer it already lived with.
    """
    spells: list[tuple[date, date | None]] = []
    for episode in sorted(episodes, key=lambda episode: (episode.start, episode.end or date.max)):
        stays = episode.reason not in _NEW_PLACEMENT or (episode.place in _BY_FOSTER_CARER and episode.reason != "S")
        if spells and stays:
            spells[-1] = (spells[-1][0], episode.end)
        else:
            spells.append((episode.start, episode.end))
    count = 0
    for start, end in spells:
        nights = end is None or end - start >= timedelta(days=1)
        count += nights and start <= year.snapshot and (end is None or end >= year.first)
    return count


def _missing(faults: _Faults, episodes: Iterable[_Episode], year: _Year) -> list[tuple[str, int, int | None]]:
    cohort = {episode.child for episode in episodes if episode.status not in _SHORT_BREAKS and episode.within(year)}
    missing = set()
    for number, row in _rows(faults, lambda row: (row["CHILD"], row["MISSING"], row["MIS_START"])):
        code = faults.code(number, row, "MISSING")
        started, start = faults.day(number, row, "MIS_START")
        ended, end = faults.day(number, row, "MIS_END", needed=False)
        if not (code and started and ended and start):
            continue
        if end is not None and end < start:
            faults.add(number, "MIS_END", "order")
        elif code == "M" and start <= year.snapshot and (end is None or end >= year.first):
            if row["CHILD"] in cohort:
                missing.add(row["CHILD"])
            else:
                faults.add(number, "CHILD", "not_in_episodes")
    return [("missing_from_care", len(missing), len(cohort))]


def _reviews(faults: _Faults, year: _Year) -> list[tuple[str, int, int | None]]:
    heard: dict[str, list[bool]] = defaultdict(list)
    for number, row in _rows(faults, lambda row: (row["CHILD"], row["REVIEW"])):
        held, day = faults.day(number, row, "REVIEW")
        known, born = faults.day(number, row, "DOB")
        code = faults.code(number, row, "REVIEW_CODE")
        if not (held and known and code and day and born) or not (year.has(day) and day <= year.snapshot):
            continue
        if (code == "PN0") != (_age(born, day) < 4):
            faults.add(number, "REVIEW_CODE", "code_against_age")
        elif code != "PN0":
            heard[row["CHILD"]].append(code in _CONVEYED)
    reviews = [conveyed for own in heard.values() for conveyed in own]
    return [
        ("reviews_participation", sum(reviews), len(reviews)),
        ("reviews_participation_every", sum(all(own) for own in heard.values()), len(heard)),
    ]


def _health_and_scores(faults: _Faults, year: _Year) -> list[tuple[str, int, int | None]]:
    done: dict[str, list[bool]] = {"health_assessment": [], "dental_check": [], "immunisations": []}
    columns = ("HEALTH_ASSESSMENT", "TEETH_CHECK", "IMMUNISATIONS")
    scores: list[int] = []
    asked = 0
    for number, row in _rows(faults, _per_child):
        for indicator, column in zip(done, columns, strict=True):
            code = faults.code(number, row, column, "YES_NO")
            if code is not None:
                done[indicator].append(code == "1")
        known, born = faults.day(number, row, "DOB")
        if not known or born is None or not 5 <= _age(born, year.last) <= 16:
            continue
        score = row["SDQ_SCORE"]
        if score and not (score.isascii() and score.isdigit() and len(score) <= 2 and int(score) <= 40):
            faults.add(number, "SDQ_SCORE", "score")
            continue
        asked += 1
        if score:
            scores.append(int(score))
    return [
        *((indicator, sum(flags), len(flags)) for indicator, flags in done.items()),
        ("sdq_average", sum(scores), len(scores)),
        ("sdq_concern", sum(score >= CONCERN for score in scores), len(scores)),
        ("sdq_returned", len(scores), asked),
    ]


def _care_leavers(faults: _Faults, year: _Year) -> list[tuple[str, int, int | None]]:
    touch: list[bool] = []
    active: dict[str, list[bool]] = {"care_leavers_eet_17_18": [], "care_leavers_eet_19_21": []}
    for number, row in _rows(faults, _per_child):
        in_touch = faults.code(number, row, "IN_TOUCH")
        if in_touch is None or in_touch in ("DIED", "RHOM"):
            continue
        touch.append(in_touch == "YES")
        known, born = faults.day(number, row, "DOB")
        # No activity is recorded for those nobody is in touch with: they stay in the denominator.
        activity = faults.code(number, row, "ACTIV") if row["ACTIV"] or in_touch == "YES" else "0"
        if not known or born is None or activity is None:
            continue
        age = _age(born, year.last)
        if 17 <= age <= 21:
            active["care_leavers_eet_17_18" if age <= 18 else "care_leavers_eet_19_21"].append(activity[0] in "FP")
    return [
        ("care_leavers_in_touch", sum(touch), len(touch)),
        *((indicator, sum(flags), len(flags)) for indicator, flags in active.items()),
    ]
