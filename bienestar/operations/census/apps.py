from django.apps import AppConfig

from bienestar.foundation.storage.frozen import provide, when_asked

QUERIES = "bienestar.operations.census.queries.frozen"


class CensusConfig(AppConfig):
    name = "bienestar.operations.census"
    label = "census"

    def ready(self) -> None:
        """Announce the frozen tables of this room."""
        provide("census_visits", when_asked(QUERIES, "fill_census_visits"))
        provide("census_expected", when_asked(QUERIES, "fill_census_expected"))
        provide("census_teams", when_asked(QUERIES, "fill_census_teams"))
