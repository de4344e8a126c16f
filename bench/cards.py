"""How fast cards are made: ``python -m bench.cards [--cards N]``, where the time goes and beside what.

Invented people. Every card is token, QR and its place on a printed sheet. First one process, stage by stage; then whole
batches in two processes, written to files; then, on the first of the same cards, the obvious pipeline (cwt, segno
scoring its masks, ReportLab) and Typst laying out every card with our codes given.
"""

from __future__ import annotations

import argparse
import io
import json
import multiprocessing
import random
import resource
import tempfile
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import cwt
import segno
import typst
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from bienestar.calculations.cards import base45, folio, qr, sheets, template, tokens
from bienestar.calculations.cards.claims import to_map
from bienestar.calculations.cards.keys import SigningKey
from bienestar.calculations.cards.template import Words

KEY = SigningKey.from_seed(bytes(range(32)))
ISSUED = 1_780_000_000
BATCH = sheets.SHEETS_A_FILE * 10
WORDS = Words(
    "Servicio público de salud",
    "Credencial",
    "Nombre",
    "(no se imprime)",
    "Folio",
    "Vigente hasta",
    "Unidad médica asignada",
    "La atención es gratuita y no se niega por falta de esta credencial.",
    "Si la encuentra, llévela a una unidad médica. · Care is free and never refused for lack of this card.",
)
GIVEN = "María José Guadalupe Juan Luis Ana Rosa Miguel Ángel Carmen Francisco Xóchitl Íñigo Juana Pedro Lucía"
SURNAMES = "Hernández García Martínez López González Pérez Ñuñez Cruz Flores Ek Uc Tzec Altamirano Güemes Ortiz"
COUNTRY = 5_200_000


def claims_of(first: int, count: int) -> list[tokens.Claims]:
    """Invented cards; one in ten without a name."""
    dice = random.Random(first)
    given, surnames = GIVEN.split(), SURNAMES.split()
    found = []
    for serial in range(first, first + count):
        name = " ".join([*dice.sample(given, 2), *dice.sample(surnames, 2)]) if dice.random() < 0.9 else None
        number = folio.make(13, serial // 50_000 % 10_000, serial)
        place = tokens.Status(serial, "bienestar:cards/1")
        found.append(tokens.Claims("bienestar", number, ISSUED, ISSUED + 157_680_000, place, name))
    return found


def faces_of(cards: list[tokens.Claims], texts: list[str]) -> list[sheets.Face]:
    """What each card shows."""
    return [
        sheets.Face(
            text,
            one.folio,
            "28 de mayo de 2031",
            f"Centro de Salud Rural {place % 300} · HGIMB000{place % 300:03d}",
            one.full_name,
        )
        for place, (one, text) in enumerate(zip(cards, texts, strict=True))
    ]


def batch(folder: str, first: int) -> tuple[float, int]:
    """One file of cards, from claims to disk: processor seconds, and the most kilobytes this process ever held."""
    started = time.process_time()
    cards = claims_of(first, BATCH)
    pdf = sheets.render(faces_of(cards, tokens.sign_many(cards, KEY)), WORDS)
    (Path(folder) / f"{first}.pdf").write_bytes(pdf)
    return time.process_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def processes() -> ProcessPoolExecutor:
    """Two new processes; copies of this one would wait for threads of Typst that are not copied."""
    return ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn"))


def processor(work: Callable[[], Any]) -> float:
    """Processor seconds of some work, the least of three: other work on the machine counts less than by the clock."""
    found = []
    for _ in range(3):
        started = time.process_time()
        work()
        found.append(time.process_time() - started)
    return min(found)


def stages(count: int) -> None:
    """One process: what each stage takes of a card."""
    cards = claims_of(0, count)
    texts = tokens.sign_many(cards, KEY)
    faces = faces_of(cards, texts)
    signed = bytes(150)
    sheets.render(faces[:10], WORDS)  # the template and the tables are made once a process
    sign = processor(lambda: [KEY.sign(signed) for _ in cards])
    token = processor(lambda: tokens.sign_many(cards, KEY))
    code = processor(lambda: qr.packed(texts))
    whole = processor(lambda: sheets.render(faces, WORDS))
    rows = [
        ("Ed25519 signature", sign),
        ("claims, CBOR, zlib, base45", token - sign),
        ("QR", code),
        ("texts, sheets, PDF", whole - code),
        ("together", token + whole),
    ]
    print(f"one process, processor time, {count:,} cards of version {qr.version_for(max(map(len, texts)))}")
    for name, taken in rows:
        share = taken / (token + whole)
        print(f"  {name:30} {taken / count * 1e6:8.1f} µs a card {count / taken:10,.0f} a second {share:6.0%}")


def ends(count: int) -> tuple[float, float]:
    """Two processes, whole files: cards a second by the clock, and cards a second of processor."""
    with tempfile.TemporaryDirectory() as folder, processes() as pool:
        list(pool.map(partial(batch, folder), [COUNTRY, COUNTRY + BATCH]))  # both processes started and warm
        started = time.perf_counter()
        done = list(pool.map(partial(batch, folder), range(0, count, BATCH)))
        taken = time.perf_counter() - started
        made = len(done) * BATCH
        size = sum(path.stat().st_size for path in Path(folder).iterdir()) / (made + 2 * BATCH)
    rate, used = made / taken, sum(one for one, _ in done) / made
    print(f"two processes, {made:,} cards to {len(done)} files: {taken:.1f} s, {rate:,.0f} cards a second by the clock")
    print(
        f"  {used * 1e6:,.0f} µs of processor a card: two cores with nothing else to do make {2 / used:,.0f} a second"
    )
    print(f"  {size:,.0f} bytes a card; a process held {max(peak for _, peak in done) / 1024:,.0f} MB at most")
    print(f"  {COUNTRY:,} cards: {COUNTRY / rate / 60:.0f} minutes by the clock, {COUNTRY * size / 1e9:.1f} GB")
    return rate, 1 / used


def obvious(cards: list[tokens.Claims]) -> bytes:
    """The same cards as one would write it on the first day: each library as its page shows it."""
    key = cwt.COSEKey.from_pem(KEY.to_pem().decode(), kid=KEY.kid)
    out = io.BytesIO()
    page = Canvas(out, pagesize=A4)
    for place, one in enumerate(cards):
        text = base45.encode(zlib.compress(cwt.encode(to_map(one) | {5: one.issued}, key)))
        picture = io.BytesIO()
        segno.make(text, error="m", boost_error=False, micro=False).save(picture, kind="png", scale=8, border=4)
        left, top = sheets.PAPERS["a4"].slot(place % 10)
        below = 297 - top - template.HEIGHT
        page.drawImage(ImageReader(picture), (left + template.CODE_LEFT) * mm, (below + 7) * mm, 36 * mm, 36 * mm)
        page.setFont("Helvetica-Bold", 10)
        page.drawString((left + 4) * mm, (below + 48) * mm, WORDS.service)
        page.drawString((left + 4) * mm, (below + 38) * mm, one.full_name or WORDS.without_name)
        page.setFont("Courier-Bold", 9)
        page.drawString((left + 4) * mm, (below + 26) * mm, folio.spoken(one.folio))
        page.setFont("Helvetica", 6)
        for number, label in enumerate((WORDS.name, WORDS.folio, WORDS.valid_until, WORDS.unit, WORDS.notice)):
            page.drawString((left + 4) * mm, (below + 42 - 9 * number) * mm, label)
        if place % 10 == 9:
            page.showPage()
    page.save()
    return out.getvalue()


TYPST = """
#let cards = json(bytes(sys.inputs.cards))
#set page(width: 210mm, height: 297mm, margin: (x: 17.9mm, y: 7.5mm))
#set text(font: "Libertinus Serif", size: 6pt, ligatures: false)
#for card in cards {
  box(width: 85.6mm, height: 53.98mm, inset: 0pt, {
    place(dx: 4mm, dy: 3mm, text(size: 10pt, weight: "bold", card.service))
    place(dx: 4mm, dy: 11mm, [Nombre #linebreak() #text(size: 10pt, weight: "bold", card.name)])
    place(dx: 4mm, dy: 24mm, [Folio #linebreak() #text(font: "DejaVu Sans Mono", size: 9pt, card.folio)])
    place(dx: 4mm, dy: 30mm, [Vigente hasta #linebreak() #text(size: 9pt, weight: "bold", card.until)])
    place(dx: 4mm, dy: 36mm, box(width: 41mm)[Unidad médica asignada #linebreak() #text(size: 8pt, card.unit)])
    place(dx: 46.6mm, dy: 10.6mm, image(bytes(card.svg), format: "svg", width: 36mm))
    place(dx: 4mm, dy: 48mm, card.notice)
  })
}
"""


def by_typst(cards: list[tokens.Claims]) -> bytes:
    """Typst lays out every card itself; tokens and codes are ours, each code one path of an SVG."""
    texts = tokens.sign_many(cards, KEY)
    given = []
    for face, modules, one in zip(faces_of(cards, texts), qr.matrices(texts), cards, strict=True):
        path, size = qr.svg_path(modules), len(modules) + 8
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-4 -4 {size} {size}"><path d="{path}"/></svg>'
        shown = {"name": one.full_name or WORDS.without_name, "folio": folio.spoken(face.folio), "unit": face.unit}
        shown |= {"until": face.valid_until, "service": WORDS.service, "notice": WORDS.notice, "svg": svg}
        given.append(shown)
    inputs = {"cards": json.dumps(given)}
    return bytes(typst.compile(TYPST.encode(), format="pdf", ignore_system_fonts=True, sys_inputs=inputs))


def timed(work: Callable[[list[tokens.Claims]], bytes], cards: list[tokens.Claims]) -> float:
    """Processor seconds of a pipeline."""
    started = time.process_time()
    work(cards)
    return time.process_time() - started


def halves(work: Callable[[list[tokens.Claims]], bytes], count: int) -> tuple[float, float]:
    """A pipeline in two processes, half of the cards each: as ``ends``."""
    with processes() as pool:
        list(pool.map(partial(timed, work), [claims_of(0, 10), claims_of(0, 10)]))
        parts = [claims_of(0, count // 2), claims_of(count // 2, count // 2)]
        started = time.perf_counter()
        used = sum(pool.map(partial(timed, work), parts))
        return count / (time.perf_counter() - started), count / used


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cards", type=int, default=50_000)
    count = parser.parse_args().cards
    stages(min(count, BATCH))
    ours = ends(count)
    for name, work, some in (
        ("cwt + segno + ReportLab", obvious, 100),
        ("our tokens and codes, Typst", by_typst, 2_000),
    ):
        rate, of_processor = halves(work, some)
        print(f"two processes, {name}, {some:,} cards: {rate:,.0f} cards a second by the clock")
        print(f"  ours: {ours[0] / rate:,.0f} times that; {ours[1] / of_processor:,.0f} times by processor time")


if __name__ == "__main__":
    main()
