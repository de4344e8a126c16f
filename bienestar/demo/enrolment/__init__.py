"""People of the invented state: registered, compared with rolls, decided on, and their cards on the way."""

from bienestar.demo.enrolment.whole import Bring, enrol

__all__ = ["Bring", "enrol"]
