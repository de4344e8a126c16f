from django.apps import AppConfig


class FacilitiesConfig(AppConfig):
    name = "bienestar.foundation.facilities"
    label = "facilities"
