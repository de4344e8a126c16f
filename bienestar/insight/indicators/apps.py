from django.apps import AppConfig

from bienestar.foundation.storage.frozen import provide, when_asked

QUERIES = "bienestar.insight.indicators.queries.freezing"


class IndicatorsConfig(AppConfig):
    name = "bienestar.insight.indicators"
    label = "indicators"

    def ready(self) -> None:
        """Announce the frozen table of this room."""
        provide("claim_checks", when_asked(QUERIES, "fill_claim_checks"))
