"""A line between a browser and the server of a test, which can be cut: no network that is really no network."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit


class Line:
    """Listens on a port of its own and passes everything on; counts what comes back."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.far = (parts.hostname, parts.port)
        self.received = 0
        self.open: set[socket.socket] = set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._answer, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """Nothing answers any more at the address, and what was open is ended."""
        _end(self.listener)
        for end in list(self.open):
            _end(end)

    def _answer(self) -> None:
        while True:
            try:
                near, _ = self.listener.accept()
                far = socket.create_connection(self.far)
            except OSError:
                return
            self.open |= {near, far}
            threading.Thread(target=self._pass, args=(near, far, False), daemon=True).start()
            threading.Thread(target=self._pass, args=(far, near, True), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, back: bool) -> None:
        try:
            while data := source.recv(65_536):
                if back:
                    self.received += len(data)
                target.sendall(data)
        except OSError:
            pass
        finally:
            _end(source)
            _end(target)


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
