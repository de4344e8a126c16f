"""Which counts of people may be shown to everybody.

A count of few people can tell something about one of them, so that public output says "fewer than 5" instead. Zero is
suppressed too: "nobody" also tells something, and a shown zero would tell which suppressed counts are not zero.
"""

from __future__ import annotations

#: The smallest count of people that is published.
SMALLEST_SHOWN = 5


def is_few(count: float | None) -> bool:
    """Whether a count of people is too small to be published; a count that is not known is not few.

    Counts reckoned by shares are not whole; they are shown rounded, so that it is the rounded count that must be
    large enough: 4.6 is shown as 5.
    """
    return count is not None and round(count) < SMALLEST_SHOWN
