"""What the browser's libraries are taken from: names, exact versions and hashes; and a machine without the registry."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bienestar.config import browser_packages


def test_the_lock_says_exact_versions_and_hashes_and_no_address(root: Path) -> None:
    wanted = json.loads((root / "package.json").read_text())["dependencies"]
    lock = json.loads((root / "package-lock.json").read_text())["packages"]
    assert wanted == lock[""]["dependencies"]
    for name, version in wanted.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), name
        assert lock[f"node_modules/{name}"]["version"] == version
    for place, package in lock.items():
        if place:
            assert package["integrity"].startswith("sha512-"), place
            assert "resolved" not in package, place
            assert not package.get("hasInstallScript"), place


def test_no_source_of_others_is_committed(root: Path) -> None:
    ignored = (root / ".gitignore").read_text().splitlines()
    assert "node_modules" in ignored  # a folder and a link alike
    assert not [path for path in (root / "bienestar").rglob("*.wasm")]


def test_a_machine_without_the_registry_says_one_sentence_and_goes_on(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if browser_packages.find_npm() is None:
        pytest.skip("no npm on this machine, and none in the environment")
    for name in ("package.json", "package-lock.json", ".npmrc"):
        (tmp_path / name).write_text((root / name).read_text())
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    monkeypatch.setattr(browser_packages, "ROOT", tmp_path)
    browser_packages.main()
    told = capsys.readouterr().out
    assert told.count("\n") == 1
    assert "ECONNREFUSED" in told
    assert "its camera is off" in told
    assert not (tmp_path / "node_modules" / ".ready").exists()
