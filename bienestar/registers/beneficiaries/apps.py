from django.apps import AppConfig

from bienestar.foundation.storage.frozen import provide, when_asked

QUERIES = "bienestar.registers.beneficiaries.queries.frozen"


class BeneficiariesConfig(AppConfig):
    name = "bienestar.registers.beneficiaries"
    label = "beneficiaries"

    def ready(self) -> None:
        """Announce the frozen tables of this room."""
        provide("cards", when_asked(QUERIES, "fill_cards"))
