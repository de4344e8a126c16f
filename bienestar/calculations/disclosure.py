"""Which counts of people may be shown to everybody.

A count of few people can tell something about one of them, so that public output says "fewer than 5" instead. Zero is
suppressed too: "nobody" also tells something, and a shown zero would tell which suppressed counts are not zero.
"""

from __future__ import annotations

from collections.abc import Sequence

#: The smallest count of people that is published.
SMALLEST_SHOWN = 5


def is_few(count: float | None) -> bool:
    """Whether a count of people is too small to be published; a count that is not known is not few.

    Counts reckoned by shares are not whole; they are shown rounded, so that it is the rounded count that must be
    large enough: 4.6 is shown as 5.
    """
    return count is not None and round(count) < SMALLEST_SHOWN


def shown_parts(parts: Sequence[Sequence[int]], smallest: int = SMALLEST_SHOWN) -> list[bool]:
    """Which rows of a table may be shown beside their total, so that no held-back row can be worked out from it.

    ``parts``: a row of counts of people for each part of a territory, whose sums are published. A row of noughts is of
    nobody, and shown. A row with a count below ``smallest`` is held back whole. What is held back adds up to the total
    less what is shown: so at least two rows are, and each of their sums is at least ``smallest``; the smallest other
    rows are held back until that is so. Then each count held back may be anything from nought to that sum, as far as
    anybody can tell from the table.

    The total itself must be of at least ``smallest`` in each column, and what lies inside a row that is held back
    must be held back too. Source: secondary suppression, as in Hundepool et al., Statistical Disclosure Control (2012),
    chapter 4, in its simplest form for one table with one total.
    """
    shown = [not any(row) or min(row) >= smallest for row in parts]
    # Noughts hide nothing: to hold them back too would leave the others as plain as before.
    waiting = sorted(
        (place for place, is_shown in enumerate(shown) if is_shown and any(parts[place])),
        key=lambda place: (parts[place], place),
    )
    while waiting and not _safe([row for row, is_shown in zip(parts, shown, strict=True) if not is_shown], smallest):
        shown[waiting.pop(0)] = False
    return shown


def _safe(held_back: Sequence[Sequence[int]], smallest: int) -> bool:
    if not held_back:
        return True
    return len(held_back) > 1 and all(sum(column) >= smallest for column in zip(*held_back, strict=True))
