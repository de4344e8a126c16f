"""The model: how much each level of agreement weighs, learned from the rolls.

The weight of a level is log2(m / u): m is how often true pairs are at that level, u how often strangers are. Where
names agree, u is the frequency of that name, so that a rare one says more (Fellegi and Sunter 1969; Winkler 1988).
The weight of a pair is the prior log2(p / (1 - p)), p the probability that two rows taken at random are one person,
plus the weights of its fields; its probability is 1 / (1 + 2^-weight).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from bienestar.calculations.linkage.compared import FIELDS


@dataclass(frozen=True)
class LevelOdds:
    """One level: among true pairs ``m`` of them are at it, among strangers ``u``."""

    name: str
    m: float
    u: float

    @property
    def weight(self) -> float:
        """Bits in favour of one person; negative speaks against."""
        return math.log2(self.m / self.u)


@dataclass(frozen=True)
class Frequencies:
    """How frequent the commoner names are among all; every other counts as ``rare``."""

    rare: float
    shares: Mapping[str, float]

    def of(self, value: str) -> float:
        """The share of people with this name."""
        return self.shares.get(value, self.rare)


@dataclass(frozen=True)
class Model:
    """Everything that was learned; the same rolls and settings give the same model.

    ``prior``: probability that two rows taken at random, after the exact key, are one person. ``levels``: per field, in
    the order of ``compared.FIELDS``, best level first. ``frequencies``: per field with names. ``learned_from``: how
    many pairs of each kind were looked at, to be shown and not used.
    """

    prior: float
    levels: Mapping[str, tuple[LevelOdds, ...]]
    frequencies: Mapping[str, Frequencies]
    learned_from: Mapping[str, float]

    @property
    def prior_weight(self) -> float:
        """The prior in bits, before anything was compared."""
        return math.log2(self.prior / (1 - self.prior))

    def to_json(self) -> str:
        """The model as text that ``from_json`` reads back equal. Holds names and how frequent they are, no person."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Model:
        """The model that ``to_json`` wrote. Raises ValueError when the text is not one of this program's fields."""
        try:
            found = json.loads(text)
            levels = {field: tuple(LevelOdds(**one) for one in ones) for field, ones in found["levels"].items()}
            frequencies = {field: Frequencies(**one) for field, one in found["frequencies"].items()}
            model = cls(found["prior"], levels, frequencies, found["learned_from"])
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("this is not a model of the matching") from error
        expected = {field.name: [level.name for level in field.levels] for field in FIELDS}
        if {name: [one.name for one in ones] for name, ones in model.levels.items()} != expected:
            raise ValueError("this model was learned with other fields or levels; learn it again")
        return model
