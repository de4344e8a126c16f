"""Kind ``affiliations``: an institution's roll of the people whom it covers, tens of millions of rows.

Its entries do not become rows of the database: they are checked, put into one form and written as a sorted file of
columns under BIENESTAR_HOME; the register keeps one row for the roll. docs/how-to/load-a-roll.md says what a roll
holds.
"""

from bienestar.sources.affiliations.run import ingest

__all__ = ["ingest"]
