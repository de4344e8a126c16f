"""``bienestar cards verify``: the answer of each vector, its exit code, and files that cannot be used."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bienestar.calculations.cards import keys, statuslist
from bienestar.cli.main import cli
from tests.calculations.cards import vectors
from tests.calculations.cards.invented import DAY, ISSUED, NOW, OTHER, URI

FOUND = json.loads(vectors.FILE.read_text(encoding="utf-8"))
TOKENS = {one["name"]: one for one in FOUND["tokens"]}
AT = dt.datetime.fromtimestamp(FOUND["now"], dt.UTC).isoformat()


@dataclass(frozen=True)
class Files:
    keys: Path
    revocations: Path


@pytest.fixture
def files(tmp_path: Path) -> Files:
    found = Files(tmp_path / "llaves.cbor", tmp_path / "estados.cwt")
    found.keys.write_bytes(bytes.fromhex(FOUND["key_set"]))
    found.revocations.write_bytes(bytes.fromhex(FOUND["status_list"]))
    return found


def run(token: str, files: Files, *more: str, at: str = AT, says: str = "") -> Result:
    command = ["cards", "verify", "--keys", str(files.keys), "--revocations", str(files.revocations), "--at", at]
    result = CliRunner().invoke(cli, [*command, *more, "--", token], input=says)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.mark.parametrize("name", TOKENS)
def test_every_vector_is_judged_as_the_file_says(name: str, files: Files) -> None:
    expected = TOKENS[name]
    result = run("-", files, "--json", says=expected["text"])
    told = json.loads(result.stdout)
    assert (told["verdict"], told["reason"], told["doubts"]) == (
        expected["verdict"],
        expected["reason"],
        expected["doubts"],
    )
    assert result.exit_code == (0 if expected["verdict"] == "valid" else 1)
    shown = expected["shown"] or {"folio": None, "full_name": None}
    assert (told["folio"], told["name"]) == (shown["folio"], shown["full_name"])


def test_the_token_comes_as_text_as_a_file_or_by_the_input(files: Files, tmp_path: Path) -> None:
    text = TOKENS["good"]["text"]
    (tmp_path / "card.txt").write_text(text + "\n", encoding="utf-8")
    for answer in (run(text, files), run(f"@{tmp_path / 'card.txt'}", files), run("-", files, says=text)):
        assert answer.exit_code == 0
        lines = answer.output.splitlines()
        assert lines[0].startswith("valid: ")
        assert lines[1:3] == ["Folio 13 0012 0000 4567 8", "Name: María Guadalupe Ñuñez Cruz"]


def test_a_card_is_judged_as_of_a_date(files: Files) -> None:
    text = TOKENS["good"]["text"]
    assert json.loads(run(text, files, "--json", at="2020-01-01").stdout)["verdict"] == "not_yet_valid"
    late = json.loads(run(text, files, "--json", at="2040-01-01").stdout)
    assert (late["verdict"], late["doubts"]) == ("expired", ["stale_list"])
    assert run(text, files, at="ayer").exit_code == 2


def test_without_a_list_the_answer_says_that_it_does_not_know(files: Files) -> None:
    result = CliRunner().invoke(
        cli, ["cards", "verify", TOKENS["revoked"]["text"], "--keys", str(files.keys), "--json", "--at", AT]
    )
    assert result.exit_code == 0
    assert json.loads(result.stdout)["doubts"] == ["no_list"]


def test_files_that_cannot_be_used_are_one_sentence_and_exit_2(files: Files, tmp_path: Path) -> None:
    text = TOKENS["good"]["text"]
    spoiled = tmp_path / "spoiled"
    for content in (b"", b"no keys", bytes.fromhex(FOUND["key_set"])[:-1], b"\xa0"):
        spoiled.write_bytes(content)
        result = run(text, Files(spoiled, files.revocations))
        assert (result.exit_code, result.output.count("Error:")) == (2, 1)
    strangers = statuslist.build(URI, 10_000, [], issued=NOW, ttl=DAY, key=OTHER)
    for content in (b"", strangers, bytes.fromhex(FOUND["status_list"])[:-1]):
        spoiled.write_bytes(content)
        result = run(text, Files(files.keys, spoiled))
        assert (result.exit_code, result.output.count("Error:")) == (2, 1)
    assert run(text, Files(tmp_path / "none", files.revocations)).exit_code == 2
    assert run(f"@{tmp_path / 'none'}", files).exit_code == 2


def test_no_keys_is_an_answer(files: Files) -> None:
    files.keys.write_bytes(keys.to_key_set([OTHER.record(ISSUED)]))
    result = CliRunner().invoke(cli, ["cards", "verify", TOKENS["good"]["text"], "--keys", str(files.keys)])
    assert (result.exit_code, result.output.partition(":")[0]) == (1, "unknown_key")
