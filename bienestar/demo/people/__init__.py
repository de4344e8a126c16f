"""Invented people with the truth about who is who (docs/methods/invented-people.md)."""

from bienestar.demo.people.areas import Areas, areas, invented_areas
from bienestar.demo.people.files import ROLLS, Written, write

__all__ = ["ROLLS", "Areas", "Written", "areas", "invented_areas", "write"]
