"""What `bienestar demo` makes at each scale: which states, how large, and which of them stay without units."""

from __future__ import annotations

from dataclasses import dataclass

from bienestar.demo.dice import dice, shares
from bienestar.demo.size import STATE, STATES, UNITS_OF_A_COUNTRY, Size, codes


@dataclass(frozen=True)
class Scale:
    """States with units, and states that only have a territory, by code."""

    name: str
    seed: int
    states: dict[str, Size]
    empty: dict[str, Size]

    @property
    def counts(self) -> dict[str, int]:
        """Municipalities by state, for the drawing."""
        return {code: size.municipalities for code, size in (self.states | self.empty).items()}

    @property
    def label(self) -> str:
        """Names this scale, seed and size: two demos with the same label are the same demo."""
        units = sum(size.units for size in self.states.values())
        return f"{self.name}, {len(self.states)} with {units} units, seed {self.seed}"


def state_scale(seed: int) -> Scale:
    """One whole state, and beside it one that has no units yet, for another coordinator."""
    first, second = codes(2)
    return Scale("state", seed, {first: STATE}, {second: Size(12, 80, 2, 410_000)})


def country_scale(seed: int, states: int = STATES, units: int = UNITS_OF_A_COUNTRY) -> Scale:
    """Many states of different sizes that have ``units`` units together."""
    found = codes(states)
    rng = dice(seed, "country", states, units)
    parts = shares(units, [rng.lognormvariate(0, 0.35) for _ in found])
    return Scale(
        "country",
        seed,
        {code: _state(part, rng.uniform(3400, 4800)) for code, part in zip(found, parts, strict=True)},
        {},
    )


def _state(units: int, people_a_unit: float) -> Size:
    if units < 4:
        raise ValueError("a state of a country has at least 4 units")
    municipalities = max(2, min(units // 2, round(units / 9)))
    hospitals = min(max(1, round(units * 0.02)), units - municipalities)
    return Size(municipalities, units, hospitals, round(units * people_a_unit))
