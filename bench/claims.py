"""How well the figures of a text are found: precision and recall on labelled sentences.

``python -m bench.claims [--wrong] [FILE …]``. The sentences are tests/statements/labelled*.yaml. Every one has been
used to mend a rule by now: what they give is a floor against going back, not what a new text will give. A figure is
found when its text, value and unit are those of the label; it is matched when its indicator is too. ``FILE``: measure
other labelled files instead, such as held-out ones. ``--wrong`` prints what is missed.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import django
import yaml

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests" / "statements"
SETS = (
    ("first set", "labelled"),
    ("second set", "labelled_second"),
    ("third set", "labelled_third"),
    ("fourth set", "labelled_fourth"),
    ("fifth set", "labelled_fifth"),
    ("sixth set", "labelled_sixth"),
    ("seventh set", "labelled_seventh"),
    ("eighth set", "labelled_eighth"),
)


def sentences_of(path: Path) -> list[dict[str, Any]]:
    """The labelled sentences of a file."""
    found: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))["sentences"]
    return found


def measured(sentences: list[dict[str, Any]], told: list[str] | None = None) -> Counter[str]:
    """Counts of figures labelled, said, found rightly; and the same of indicators."""
    from bienestar.calculations.statements.figures import read_figures
    from bienestar.foundation.definitions.statements import vocabulary

    counts: Counter[str] = Counter()
    for sentence in sentences:
        said = [
            (f.text, round(float(f.value), 6), f.unit, f.indicator)
            for f in read_figures(sentence["text"], vocabulary()).figures
        ]
        true = [(f["text"], round(float(f["value"]), 6), f["unit"], f["indicator"]) for f in sentence["figures"]]
        for what, first in (("figure", 3), ("matched", 4)):
            right = Counter(one[:first] for one in said) & Counter(one[:first] for one in true)
            counts[f"{what}_right"] += right.total()
        with_indicator = Counter(one for one in said if one[3]) & Counter(one for one in true if one[3])
        counts["indicator_right"] += with_indicator.total()
        counts["indicator_said"] += sum(bool(one[3]) for one in said)
        counts["indicator_true"] += sum(bool(one[3]) for one in true)
        counts["said"] += len(said)
        counts["true"] += len(true)
        if told is not None and said != true:
            wrong, missed = Counter(said) - Counter(true), Counter(true) - Counter(said)
            if wrong or missed:
                told.append(
                    f"{sentence['text']}\n  said   {sorted(wrong, key=str)}\n  labels {sorted(missed, key=str)}"
                )
    return counts


def row(counts: Counter[str]) -> list[str]:
    """Precision and recall of figures and of indicators."""

    def share(a: int, b: int) -> str:
        return f"{a / b:.3f}" if b else "–"

    return [
        share(counts["figure_right"], counts["said"]),
        share(counts["figure_right"], counts["true"]),
        share(counts["indicator_right"], counts["indicator_said"]),
        share(counts["indicator_right"], counts["indicator_true"]),
    ]


def main() -> int:
    """Print the table; 1 when precision or recall of all sentences is below 0.95."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wrong", action="store_true", help="print what is missed")
    parser.add_argument("files", nargs="*", type=Path, help="labelled files to measure instead")
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bienestar.config.settings")
    django.setup()
    from bienestar.calculations.statements.figures import read_figures
    from bienestar.foundation.definitions.statements import vocabulary

    parts = [(path.stem, sentences_of(path)) for path in asked.files]
    parts = parts or [(words, sentences_of(FOLDER / f"{name}.yaml")) for words, name in SETS]
    sentences = [sentence for _words, these in parts for sentence in these]
    told: list[str] = []
    print("| sentences | number | figures | precision | recall | indicator precision | indicator recall |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for words, part in parts:
        for name, language in (("Spanish", "es"), ("English", "en"), ("both", "")):
            these = [sentence for sentence in part if language in ("", sentence["lang"])]
            counts = measured(these, told if asked.wrong and not language else None)
            print(f"| {words}, {name} | {len(these)} | {counts['true']} | {' | '.join(row(counts))} |")
    every = measured(sentences)
    print(f"| all | {len(sentences)} | {every['true']} | {' | '.join(row(every))} |")
    text = "\n".join(sentence["text"] for sentence in sentences) * 10
    begun = time.perf_counter()
    read_figures(text, vocabulary())
    print(f"\n{len(text) / (time.perf_counter() - begun):,.0f} characters a second, one text of {len(text):,}")
    for one in told:
        print(one)
    return int(any(float(cell) < 0.95 for cell in row(every)))


if __name__ == "__main__":
    sys.exit(main())
