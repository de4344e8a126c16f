"""How well the figures of a text are found: precision and recall on labelled sentences.

``python -m bench.claims [--wrong]``. The sentences are tests/statements/labelled*.yaml; a third of the first file (held
out) is never used to mend a rule, the others were used when they had been read once. A figure is found when its text,
value and unit are those of the label; it is matched when its indicator is too. ``--wrong`` prints what is missed of the
others, never of the held out.
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

HELD = "held out"
ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests" / "statements"
LATER = (
    ("second set", "labelled_second"),
    ("third set", "labelled_third"),
    ("fourth set", "labelled_fourth"),
    ("fifth set", "labelled_fifth"),
)


def sentences_of(name: str) -> list[dict[str, Any]]:
    """The labelled sentences of a file."""
    found: list[dict[str, Any]] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))["sentences"]
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
    parser.add_argument("--wrong", action="store_true", help="print what is missed of the sentences not held out")
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bienestar.config.settings")
    django.setup()
    from bienestar.calculations.statements.figures import read_figures
    from bienestar.foundation.definitions.statements import vocabulary

    first = sentences_of("labelled")
    parts = [("seen while writing the rules", [s for s in first if not s.get("held_out")])]
    parts += [(words, sentences_of(name)) for words, name in LATER]
    parts += [(HELD, [s for s in first if s.get("held_out")])]
    sentences = [sentence for _words, these in parts for sentence in these]
    told: list[str] = []
    print("| sentences | number | figures | precision | recall | indicator precision | indicator recall |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for words, part in parts:
        for name, language in (("Spanish", "es"), ("English", "en"), ("both", "")):
            these = [sentence for sentence in part if language in ("", sentence["lang"])]
            counts = measured(these, told if asked.wrong and words != HELD and not language else None)
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
