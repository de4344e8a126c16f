"""Signs and words beside a number: per cent, points, money."""

from __future__ import annotations

from bienestar.calculations.statements.numbers import MONEY
from bienestar.calculations.statements.passage import Draft, Passage, Reason

_MONEY = {
    **dict.fromkeys(("pesos", "peso", "mxn"), "pesos"),
    **dict.fromkeys(("dollars", "dollar", "dolares", "dolar", "usd", "dlls"), "dollars"),
}


def read_sign(passage: Passage, n: int) -> None:
    """Percent, points, money: signs and words beside the number."""
    draft = passage.drafts[n]
    sentence = passage.sentence_of(draft)
    if draft.unit:
        return
    i = draft.last
    after = [passage.word(i + k, sentence) for k in range(4)]
    if after[0] == "%" or after[0] in {"percent", "porciento", "pct"}:
        _signed(passage, draft, "percent", 1)
    elif tuple(after[:2]) in {("por", "ciento"), ("per", "cent"), ("por", "cien")}:
        _signed(passage, draft, "percent", 2)
    elif after[0] in {"puntos", "punto"} or (after[0] == "points" or after[0] == "point"):
        words = 2 if after[1].startswith("porcentual") else 1
        draft.unit = "points"
        _told(passage, draft, i, i + words, "points")
    elif after[0] == "percentage" and after[1].startswith("point") or after[0] == "pp":
        draft.unit = "points"
        _told(passage, draft, i, i + 1 + (after[0] != "pp"), "points")
    else:
        _money(passage, draft, sentence, after)


def _signed(passage: Passage, draft: Draft, unit: str, tokens: int) -> None:
    _told(passage, draft, draft.last, draft.last + tokens, unit)
    draft.unit = unit
    draft.last += tokens
    draft.end = passage.tokens[draft.last - 1].end


def _money(passage: Passage, draft: Draft, sentence: int, after: list[str]) -> None:
    i = draft.first - 1
    if passage.word(i, sentence) == "$":
        first, unit = i, "pesos"
        code = passage.word(i - 1, sentence)
        if code in {"us", "usd", "u", "eu", "mx", "mxn"}:
            first, unit = i - 1, "pesos" if code.startswith("mx") else "dollars"
        _told(passage, draft, first, draft.first, unit)
        draft.first, draft.start, draft.unit = first, passage.tokens[first].start, unit
        return
    if passage.word(i, sentence) in {"usd", "mxn"}:
        draft.unit = "dollars" if passage.word(i, sentence) == "usd" else "pesos"
        _told(passage, draft, i, draft.first, draft.unit)
        draft.first, draft.start = i, passage.tokens[i].start
        return
    if draft.number.money:
        draft.unit = MONEY[draft.number.money]
        _told(passage, draft, draft.last - 1, draft.last, draft.unit)
        return
    for k, word in enumerate(after[:3]):
        coin = _MONEY.get(word)
        if coin:
            draft.unit = coin
            _told(passage, draft, draft.last + k, draft.last + k + 1, coin)
            return
        if word not in {"de", "of", "mexican"}:
            return


def _told(passage: Passage, draft: Draft, first: int, end: int, unit: str) -> None:
    draft.reasons.append(Reason("unit", passage.words_between(first, end), unit))
