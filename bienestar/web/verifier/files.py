"""What the verifier keeps on a device: the addresses, and a version that changes when anything of it does."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles.finders import find
from django.templatetags.static import static

HERE = Path(__file__).resolve().parent
# Without these there is no page; without those there is no camera, and old browsers cannot check a signature.
MODULES = """
    answer base45 cbor claims cose ed25519 inflate keys lists page scanner statuslist tokens worker
"""
NEEDED = (
    "bienestar/bienestar.css",
    "bienestar/icon.svg",
    "verifier/verifier.css",
    *(f"verifier/{name}.js" for name in MODULES.split()),
)
READS_CODES = ("zxing/index.js", "zxing/zxing_reader.wasm")
OLD_BROWSERS = ("noble/index.js",)


def needed() -> list[str]:
    """Addresses of the files without which there is no page."""
    return [static(name) for name in NEEDED]


def further() -> list[str]:
    """Addresses of the libraries that set-up brought."""
    return [static(name) for name in (*READS_CODES, *OLD_BROWSERS) if find(name)]


def reads_codes() -> bool:
    """Whether set-up brought what reads codes from the camera and from pictures."""
    return all(find(name) for name in READS_CODES)


def script(name: str) -> str:
    """The source of a worker: it is served under the verifier's own address and not among the static files."""
    return (HERE / name).read_text(encoding="utf-8")


def version(*rendered: str) -> str:
    """Changes when a file, a library or one of the texts given does."""
    digest = hashlib.sha256()
    for name in (*NEEDED, *READS_CODES, *OLD_BROWSERS):
        path = find(name)
        digest.update(f"{name} {_hash(path, Path(path).stat().st_mtime_ns) if path else ''}\n".encode())
    for text in rendered:
        digest.update(hashlib.sha256(text.encode()).digest())
    return digest.hexdigest()[:16]


@lru_cache(maxsize=64)
def _hash(path: str, time: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()
