"""Chance that is the same for the same seed, on any machine and in any process."""

from __future__ import annotations

import hashlib
import random

import numpy as np


def dice(seed: int, *topic: object) -> random.Random:
    """A generator for one topic, e.g. ``dice(7, "51", "units")``: drawing more in one topic moves no other."""
    return random.Random("/".join(str(part) for part in (seed, *topic)))  # noqa: S311  invented data, no secret


def array_dice(seed: int, *topic: object) -> np.random.Generator:
    """The same for arrays of numbers."""
    digest = hashlib.sha256("/".join(str(part) for part in (seed, *topic)).encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))


def clamp(value: float, low: float = 0.0, high: float = 1.0) -> float:
    """``value`` kept between two limits."""
    return max(low, min(high, value))


def shares(total: int, weights: list[float]) -> list[int]:
    """Whole numbers that add up to ``total``, in proportion to ``weights``: largest remainders first."""
    whole = sum(weights) or 1.0
    exact = [total * weight / whole for weight in weights]
    found = [int(value) for value in exact]
    order = sorted(range(len(exact)), key=lambda i: (found[i] - exact[i], i))
    for i in order[: total - sum(found)]:
        found[i] += 1
    return found
