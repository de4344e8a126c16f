"""What is compared of two persons: the fields, their levels from alike to unlike, and each level as an SQL condition.

A field has one level for a pair: the first whose condition holds. A value missing on either side is no evidence.
Columns are those of ``rows.py``; ``_l`` and ``_r`` are the two sides. The conditions run on DuckDB and on Spark alike:
``levenshtein`` and ``damerau_levenshtein`` are there in both (in Spark the second comes with Splink).
"""

from __future__ import annotations

from dataclasses import dataclass
from string import Template

DIFFERENT = "different"


@dataclass(frozen=True)
class Level:
    """One level: its name, its SQL condition (empty for the last, which takes the rest)."""

    name: str
    condition: str = ""


@dataclass(frozen=True)
class Field:
    """A field with its column, its levels best first, and whether a rarer value that agrees says more."""

    name: str
    column: str
    levels: tuple[Level, ...]
    by_frequency: bool = False

    @property
    def missing(self) -> str:
        """The condition under which the pair says nothing about this field."""
        return f"{self.column}_l IS NULL OR {self.column}_r IS NULL"

    def level(self, number: int) -> Level | None:
        """The level of a comparison value: 0 is the last, higher is more alike, -1 is missing."""
        return None if number < 0 else self.levels[len(self.levels) - 1 - number]


def _equal(column: str) -> str:
    return f"{column}_l = {column}_r"


def _typo(one: str, other: str) -> str:
    """One letter more, less or another, or two neighbours in each other's place. Lengths first: they cost less."""
    edits, swapped = f"levenshtein({one}, {other})", f"damerau_levenshtein({one}, {other}) = 1"
    same_length = f"length({one}) = length({other})"
    close = f"CASE WHEN {edits} < 2 THEN true WHEN {edits} = 2 AND {same_length} THEN {swapped} ELSE false END"
    return f"CASE WHEN abs(length({one}) - length({other})) < 2 THEN {close} ELSE false END"


def _near(column: str) -> str:
    """Two letters off in a word that is long enough."""
    one, other = f"{column}_l", f"{column}_r"
    long = f"least(length({one}), length({other})) > 5 AND abs(length({one}) - length({other})) < 3"
    return f"CASE WHEN {long} THEN levenshtein({one}, {other}) < 3 ELSE false END"


def _has_word(names: str, word: str) -> str:
    return f"contains({names}, {word}) AND contains(concat(' ', {names}, ' '), concat(' ', {word}, ' '))"


def _surname(name: str, column: str) -> Field:
    return Field(
        name,
        column,
        (
            Level("equal", _equal(column)),
            Level("crossed", "surname1_l = surname2_r AND surname2_l = surname1_r"),
            Level("typo", _typo(f"{column}_l", f"{column}_r")),
            Level("near", _near(column)),
            Level(DIFFERENT),
        ),
        by_frequency=True,
    )


# A birth date is the number YYYYMMDD.
_SAME_YEAR = "born_l - born_l % 10000 = born_r - born_r % 10000"
_SWAPPED = (
    f"{_SAME_YEAR} AND (born_l % 100) * 100 = born_r % 10000 - born_r % 100 "
    "AND (born_r % 100) * 100 = born_l % 10000 - born_l % 100"
)
_SAME_DAY = "born_l % 10000 = born_r % 10000"
# A wrong digit leaves either the year or the day and month as they were; only then are digits compared one by one.
_DIGIT_TYPO = _typo("concat(born_l, '')", "concat(born_r, '')")
_DIGIT = f"CASE WHEN {_SAME_YEAR} OR {_SAME_DAY} THEN {_DIGIT_TYPO} ELSE false END"

# One wrong character leaves the first eight or the last eight of eighteen as they were; this costs far less to see.
_HALF_OF_CURP = "left(curp_l, 8) = left(curp_r, 8) OR right(curp_l, 8) = right(curp_r, 8)"
_CURP_TYPO = f"CASE WHEN {_HALF_OF_CURP} THEN {_typo('curp_l', 'curp_r')} ELSE false END"

FIELDS: tuple[Field, ...] = (
    Field(
        "given_names",
        "given",
        (
            Level("equal", _equal("given")),
            Level("typo", _typo("given_l", "given_r")),
            Level("main", _equal("main")),
            Level("part", f"({_has_word('given_l', 'main_r')}) OR ({_has_word('given_r', 'main_l')})"),
            Level("near", f"({_typo('main_l', 'main_r')}) OR ({_near('given')})"),
            Level(DIFFERENT),
        ),
        by_frequency=True,
    ),
    _surname("first_surname", "surname1"),
    _surname("second_surname", "surname2"),
    Field(
        "birth_date",
        "born",
        (
            Level("equal", _equal("born")),
            Level("day and month swapped", _SWAPPED),
            Level("one digit", _DIGIT),
            Level("same year", _SAME_YEAR),
            Level("same day and month", _SAME_DAY),
            Level(DIFFERENT),
        ),
    ),
    Field("sex", "sex", (Level("equal", _equal("sex")), Level(DIFFERENT))),
    Field("birth_state", "birth_state", (Level("equal", _equal("birth_state")), Level(DIFFERENT))),
    Field(
        "municipality",
        "municipality",
        (
            Level("equal", _equal("municipality")),
            Level("same state", "substr(municipality_l, 1, 2) = substr(municipality_r, 1, 2)"),
            Level(DIFFERENT),
        ),
    ),
    Field(
        "curp",
        "curp",
        (Level("equal", _equal("curp")), Level("typo", _CURP_TYPO), Level(DIFFERENT)),
    ),
)
FIELD = {field.name: field for field in FIELDS}
COLUMNS = ("given", "main", "surname1", "surname2", "born", "sex", "birth_state", "municipality", "curp")
EDITED = ("given", "main", "surname1", "surname2")
# The same typo where both have as many bytes: fewer than two places differ, or two do and they are turned.
_EDITS_OF_CURP = " levenshtein(curp_l, curp_r)"
_PLACES_OF_CURP = f" CASE WHEN strlen(curp_l) = strlen(curp_r) THEN hamming(curp_l, curp_r) ELSE{_EDITS_OF_CURP} END"
_WITH_EDITS = Template("SELECT *, $counted FROM ($pairs)")
FREQUENCY_FIELDS = tuple(field for field in FIELDS if field.by_frequency)


def level_number(field: Field) -> str:
    """SQL that gives the comparison value of a field: -1 missing, 0 different, up to the number of levels less one."""
    top = len(field.levels) - 1
    whens = [f"WHEN {level.condition} THEN {top - n}" for n, level in enumerate(field.levels) if level.condition]
    return f"CASE WHEN {field.missing} THEN -1 {' '.join(whens)} ELSE 0 END"


def level_numbers(fields: tuple[Field, ...] = FIELDS) -> str:
    """SQL that gives the comparison values of fields, one small column each, named ``g_`` and the field's name.

    It goes over ``with_edits`` of both sides.
    """
    return ", ".join(f"({once(level_number(field))})::TINYINT AS g_{field.name}" for field in fields)


def once(condition: str) -> str:
    """A condition that takes edits between names from ``with_edits`` instead of counting them anew.

    It is for DuckDB alone: the edits of a CURP are counted by place (``hamming``), which costs far less.
    """
    for column in EDITED:
        condition = condition.replace(f" levenshtein({column}_l, {column}_r)", f" edits_{column}")
    return condition.replace(_EDITS_OF_CURP, _PLACES_OF_CURP)


def with_edits(pairs: str, columns: tuple[str, ...] = EDITED) -> str:
    """SQL that adds to ``pairs`` (a question with both sides) the edits between their names, ``edits_…``.

    Several levels ask for them and they cost most. Missing where no level asks: equal names, or lengths too far apart.
    """
    counted = ", ".join(
        f"CASE WHEN {c}_l <> {c}_r AND abs(length({c}_l) - length({c}_r)) < 3 THEN levenshtein({c}_l, {c}_r) END "
        f"AS edits_{c}"
        for c in columns
    )
    return _WITH_EDITS.substitute(counted=counted, pairs=pairs)


def both_sides(columns: tuple[str, ...] = COLUMNS) -> str:
    """SQL that names the columns of both sides as the conditions want them."""
    return ", ".join(f"l.{column} AS {column}_l, r.{column} AS {column}_r" for column in columns)
