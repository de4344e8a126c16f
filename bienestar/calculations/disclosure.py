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


def shown_parts(
    parts: Sequence[Sequence[int]], smallest: int = SMALLEST_SHOWN, *, few: Sequence[bool] | None = None
) -> list[bool]:
    """Which rows of a table may be shown beside their total, so that no held-back row can be worked out from it.

    ``parts``: a row of counts of people for each part of a territory, whose sums are published. A row of noughts is of
    nobody, and shown. A row with a count below ``smallest`` is held back whole, or, where a nought beside other counts
    may be told, each row that ``few`` names. What is held back adds up to the total less what is shown: so at least two
    rows are, and each of their sums is at least ``smallest``; the smallest other rows that bring it nearer are held
    back until that is so. Then each count held back may be anything from nought to that sum, as far as anybody can tell
    from the table.

    The total itself must be of at least ``smallest`` in each column (or, with ``few``, of nobody), and what lies inside
    a row that is held back must be held back too. Source: secondary suppression, as in Hundepool et al., Statistical
    Disclosure Control (2012), chapter 4, in its simplest form for one table with one total.
    """
    if few is None:
        few = [any(row) and min(row) < smallest for row in parts]
    shown = [not is_few for is_few in few]
    if all(shown):
        return shown
    # A column of nobody in the whole table tells nothing that its total does not.
    columns = [place for place, column in enumerate(zip(*parts, strict=True)) if any(column)]
    sums = {place: sum(row[place] for row, is_few in zip(parts, few, strict=True) if is_few) for place in columns}
    # Noughts hide nothing: to hold them back too would leave the others as plain as before.
    waiting = sorted(
        (place for place, is_shown in enumerate(shown) if is_shown and any(parts[place])),
        key=lambda place: (tuple(parts[place]), place),
    )
    while True:
        short = [place for place, total in sums.items() if total < smallest]
        if not short and shown.count(False) > 1:
            return shown
        nearer = [place for place in waiting if not short or any(parts[place][column] for column in short)]
        if not nearer:
            return shown
        waiting.remove(nearer[0])
        shown[nearer[0]] = False
        for column in sums:
            sums[column] += parts[nearer[0]][column]
