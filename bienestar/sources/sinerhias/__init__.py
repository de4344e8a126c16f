"""Kind ``sinerhias``: the federal census of infrastructure and posts of medical units, a workbook of 13 sheets."""

from bienestar.sources.sinerhias.load import load
from bienestar.sources.sinerhias.workbook import open_file

__all__ = ["load", "open_file"]
