from django.apps import AppConfig


class SnapshotsConfig(AppConfig):
    name = "bienestar.insight.snapshots"
    label = "snapshots"
