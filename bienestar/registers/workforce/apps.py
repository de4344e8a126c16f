from django.apps import AppConfig

from bienestar.foundation.storage.frozen import provide, when_asked

QUERIES = "bienestar.registers.workforce.queries.frozen"


class WorkforceConfig(AppConfig):
    name = "bienestar.registers.workforce"
    label = "workforce"

    def ready(self) -> None:
        """Announce the frozen tables of this room."""
        provide("staff", when_asked(QUERIES, "fill_staff"))
