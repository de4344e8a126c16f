"""What experts set of the matching, as plain numbers (definitions/linkage.yaml says why each)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """How sure the program must be, how much data it learns from, and how large a block may grow.

    ``target_precision``: expected share of true pairs among all that the program links by the model.
    ``least_probability``: no single pair below it is linked by the program.
    ``review_probability``: a pair from here up that is not linked is shown to a person.
    ``key_pairs``: pairs under the same CURP that agreements are learned from; ``fewest_key_pairs``: with fewer than
    this the model learns by expectation and maximisation alone. ``random_pairs``: pairs taken at random to learn how
    often strangers agree. ``frequent_names``: how many names of each kind the model remembers. ``largest_block``: rows
    on one side of a block before the block is narrowed. ``rounds``: the most rounds of expectation and maximisation.
    """

    target_precision: float
    least_probability: float
    review_probability: float
    key_pairs: int
    fewest_key_pairs: int
    random_pairs: int
    frequent_names: int
    largest_block: int
    rounds: int
