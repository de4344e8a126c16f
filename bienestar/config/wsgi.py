"""The WSGI application that the server runs."""

import multiprocessing
import os  # noqa: TID251  Django reads its settings module from the environment
import signal
import threading
from multiprocessing.connection import wait

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bienestar.config.settings")  # noqa: TID251


def _end_with_the_server() -> None:
    """End this worker when the process that started it is gone, even killed: nobody else would free the port."""
    server = multiprocessing.parent_process()
    if server is None:
        return

    def watch() -> None:
        wait([server.sentinel])
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="end-with-the-server", daemon=True).start()


_end_with_the_server()
django_application = get_wsgi_application()

from bienestar.api.direct import direct  # noqa: E402  models load only once Django is set up

application = direct(django_application)
