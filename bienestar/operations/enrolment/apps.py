from django.apps import AppConfig

from bienestar.foundation.storage.frozen import provide, when_asked

QUERIES = "bienestar.operations.enrolment.queries.frozen"


class EnrolmentConfig(AppConfig):
    name = "bienestar.operations.enrolment"
    label = "enrolment"

    def ready(self) -> None:
        """Announce the frozen tables of this room."""
        provide("persons", when_asked(QUERIES, "fill_persons"))
