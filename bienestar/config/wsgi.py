"""The WSGI application that the server runs."""

import os  # noqa: TID251  Django reads its settings module from the environment

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bienestar.config.settings")  # noqa: TID251
application = get_wsgi_application()
