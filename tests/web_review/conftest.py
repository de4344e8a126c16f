"""Pairs that wait, for the pages of the review desk."""

from tests.matching.conftest import crowd, doubtful, person, roll, run
from tests.web.conftest import as_role

__all__ = ["as_role", "crowd", "doubtful", "person", "roll", "run"]
