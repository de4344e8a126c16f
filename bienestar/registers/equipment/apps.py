from django.apps import AppConfig


class EquipmentConfig(AppConfig):
    name = "bienestar.registers.equipment"
    label = "equipment"
