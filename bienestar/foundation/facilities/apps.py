from django.apps import AppConfig

from bienestar.foundation.storage.frozen import provide, when_asked

QUERIES = "bienestar.foundation.facilities.queries.frozen"


class FacilitiesConfig(AppConfig):
    name = "bienestar.foundation.facilities"
    label = "facilities"

    def ready(self) -> None:
        """Announce the frozen tables of this room."""
        provide("units", when_asked(QUERIES, "fill_units"))
        provide("capacities", when_asked(QUERIES, "fill_capacities"))
