from django.apps import AppConfig

from bienestar.foundation.storage.frozen import provide, when_asked

QUERIES = "bienestar.registers.equipment.queries.frozen"


class EquipmentConfig(AppConfig):
    name = "bienestar.registers.equipment"
    label = "equipment"

    def ready(self) -> None:
        """Announce the frozen tables of this room."""
        provide("equipment", when_asked(QUERIES, "fill_equipment"))
