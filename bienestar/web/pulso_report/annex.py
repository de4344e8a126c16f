"""The method annex: every definition as a page of ``docs/methods``, in Spanish and in English."""

from __future__ import annotations

from collections.abc import Iterator

from bienestar.foundation.definitions.files import Text
from bienestar.foundation.definitions.indicators import Indicator, Measure, OtherIndicator, indicators, units_of_measure
from bienestar.foundation.definitions.pulso import pulso_report

COMMAND = "bienestar indicators annex --out docs/methods/indicators.md"
HEAD = {
    "es": "Anexo de método: los indicadores",
    "en": "Method annex: the indicators",
}
WORDS = {
    "why": ("Por qué", "Why"),
    "method": ("Cómo se calcula", "How it is reckoned"),
    "numerator": ("Numerador", "Numerator"),
    "denominator": ("Denominador", "Denominator"),
    "times": ("por", "times"),
    "change": ("Diferencia de {id} con el corte anterior", "Difference of {id} from the cut-off before"),
    "unit": ("Unidad", "Unit"),
    "instant": ("al día del corte", "at the cut-off"),
    "flow": ("en los {days} días hasta el corte", "in the {days} days up to the cut-off"),
    "geography": ("Se da por", "Given by"),
    "splits": ("Se separa por", "Split by"),
    "bands": ("Bandas", "Bands"),
    "caveats": ("Cuidado", "Take care"),
    "evidence": ("Evidencia mínima", "Minimum evidence"),
    "basis": ("Fundamento", "Basis"),
    "owner": ("Responsable", "Owner"),
    "version": ("versión {version}, revisado el {day}", "version {version}, reviewed on {day}"),
    "history": ("Versiones anteriores", "Earlier versions"),
    "gathered": ("una por cada", "one for each"),
    "kept": ("si", "where"),
    "other": ("Otros indicadores", "Other indicators"),
}
LEVELS = {
    "country": ("país", "country"),
    "state": ("estado", "state"),
    "municipality": ("municipio", "municipality"),
    "unit": ("unidad", "unit"),
}
BASIS = {
    "law": ("ley", "law"),
    "official": ("documento oficial", "official document"),
    "source": ("fuente", "source"),
    "assumption": ("supuesto nuestro", "our assumption"),
}


def annex() -> str:
    """The whole page, Spanish first. The same definitions give the same text. Raises DefinitionError."""
    found = indicators()
    lines = [
        f"<!-- {COMMAND} -->",
        f"# {HEAD['es']} · {HEAD['en']}",
        "",
        f"Generado de `definitions/indicators/` con `{COMMAND}`; no se edita a mano. "
        f"Son {len(found)} indicadores. [English below](#english).",
        "",
        "## Español",
        "",
        *_part(found, "es"),
        "## English",
        "",
        f"Generated from `definitions/indicators/` by `{COMMAND}`; not edited by hand. {len(found)} indicators.",
        "",
        *_part(found, "en"),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _part(found: dict[str, Indicator], language: str) -> Iterator[str]:
    for chapter, names in pulso_report().by_chapter(found):
        yield from (f"### {chapter.name.in_language(language) if chapter else WORDS['other'][language == 'en']}", "")
        for name in names:
            yield from _indicator(found[name], language)


def _indicator(one: Indicator, language: str) -> Iterator[str]:
    def word(key: str) -> str:
        return WORDS[key][language == "en"]

    def told(text: Text) -> str:
        return " ".join(text.in_language(language).split())

    unit = units_of_measure()[one.unit].in_language(language)
    period = word(one.period).format(days=one.days)
    version = word("version").format(version=one.version, day=one.reviewed_on)
    yield from (f"#### {one.id} · {told(one.name)}", "")
    rows = [(word("why"), told(one.why)), (word("method"), told(one.method)), (word("unit"), f"{unit}, {period}")]
    if one.numerator is not None:
        rows.append((word("numerator"), _measure(one.numerator, language)))
    if isinstance(one.denominator, OtherIndicator):
        rows.append((word("denominator"), one.denominator.indicator))
    elif one.denominator is not None:
        rows.append((word("denominator"), _measure(one.denominator, language)))
    if one.denominator is not None and one.times != 1:
        rows[-1] = (rows[-1][0], f"{rows[-1][1]}; {word('times')} {one.times:g}")
    if one.change_of:
        rows.append((word("numerator"), word("change").format(id=one.change_of)))
    rows.append((word("geography"), ", ".join(LEVELS[level][language == "en"] for level in one.geography)))
    if one.splits:
        rows.append((word("splits"), ", ".join(f"`{name}`" for name in one.splits)))
    if one.bands:
        rows.append((word("bands"), "; ".join(told(band.name) for band in one.bands)))
    rows.append((word("evidence"), told(one.minimum_evidence)))
    rows.append((word("basis"), f"{BASIS[one.basis.kind][language == 'en']}: {told(one.basis.reference)}"))
    rows.append((word("owner"), f"{told(one.owner)}; {version}"))
    yield from (f"* **{label}:** {text}" for label, text in rows)
    for key, texts in (("caveats", one.caveats), ("history", one.history)):
        if texts:
            yield f"* **{word(key)}:**"
            yield from (f"  * {told(text)}" for text in texts)
    yield ""


def _measure(measure: Measure, language: str) -> str:
    """The expressions as they are written in the definition."""
    english = language == "en"
    parts = [f"`{_code(measure.value)}`", f"`{measure.table}`"]
    if measure.where:
        parts.append(f"{WORDS['kept'][english]} `{_code(measure.where)}`")
    if measure.by:
        parts.append(f"{WORDS['gathered'][english]} " + ", ".join(f"`{name}`" for name in measure.by))
    if measure.having:
        parts.append(f"{WORDS['kept'][english]} `{_code(measure.having)}`")
    return " · ".join(parts)


def _code(expression: str) -> str:
    return " ".join(expression.split())
