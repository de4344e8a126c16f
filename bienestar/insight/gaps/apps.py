from django.apps import AppConfig

from bienestar.foundation.storage.frozen import provide, when_asked

QUERIES = "bienestar.insight.gaps.queries.freezing"


class GapsConfig(AppConfig):
    name = "bienestar.insight.gaps"
    label = "gaps"

    def ready(self) -> None:
        """Announce the frozen tables of this room."""
        provide("gap_lines", when_asked(QUERIES, "fill_gap_lines"))
        provide("service_results", when_asked(QUERIES, "fill_service_results"))
        provide("workloads", when_asked(QUERIES, "fill_workloads"))
