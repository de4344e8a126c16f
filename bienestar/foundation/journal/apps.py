from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "bienestar.foundation.journal"
    label = "journal"
