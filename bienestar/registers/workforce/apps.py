from django.apps import AppConfig


class WorkforceConfig(AppConfig):
    name = "bienestar.registers.workforce"
    label = "workforce"
