from django.apps import AppConfig

from bienestar.foundation.storage.frozen import provide, when_asked

QUERIES = "bienestar.foundation.territory.queries.frozen"


class TerritoryConfig(AppConfig):
    name = "bienestar.foundation.territory"
    label = "territory"

    def ready(self) -> None:
        """Announce the frozen tables of this room."""
        provide("municipalities", when_asked(QUERIES, "fill_municipalities"))
        provide("population", when_asked(QUERIES, "fill_population"))
