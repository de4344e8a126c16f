"""Catalogues of areas, population and outlines."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from bienestar.foundation.territory.models import Area, AreaBoundary, AreaFigure
from tests.sources.files import load, load_territory, square, write_csv

CENSUS = dt.date(2020, 3, 15)


def figures(code: str) -> dict[str, float]:
    rows = AreaFigure.objects.filter(area__code=code)
    assert {row.as_of for row in rows} <= {CENSUS}
    return {row.measure: row.value for row in rows}


def locality(**told: str) -> dict[str, str]:
    row = {
        "cve_entidad": "13", "nom_entidad": "Hidalgo", "cve_municipio": "1", "nom_municipio": "Acatlán",
        "cve_localidad": "1", "nom_localidad": "Acatlán", "latitud": "20.145", "longitud": "-98.438",
    }  # fmt: skip
    return {**row, **told}


def census(municipality: str, code: str, name: str, **told: str) -> dict[str, str]:
    row = {
        "ENTIDAD": "13", "NOM_ENT": "Hidalgo", "MUN": municipality, "NOM_MUN": "Acatlán", "LOC": code, "NOM_LOC": name,
        "LONGITUD": " 98°26'18.139\" W",
        "LATITUD": "20°08'45.251\" N", "POBTOT": "100", "PSINDER": "40", "P3YM_HLI": "*",
    }  # fmt: skip
    return {**row, **told}


def test_the_catalogue_makes_the_tree(territory: Path) -> None:
    paths = dict(Area.objects.values_list("code", "path"))
    assert paths == {
        "MX": "MX/", "13": "MX/13/", "15": "MX/15/", "13001": "MX/13/13001/", "13048": "MX/13/13048/",
        "15002": "MX/15/15002/",
    }  # fmt: skip
    assert load_territory(territory).unchanged == 3


def test_a_catalogue_of_localities_makes_what_is_above_them(db: None, tmp_path: Path) -> None:
    outcome = load("municipalities", write_csv(tmp_path / "localidades.csv", [locality()]))
    assert outcome.accepted == 1
    area = Area.objects.get(code="130010001")
    assert (area.path, area.latitude, area.longitude) == ("MX/13/13001/130010001/", 20.145, -98.438)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "told", [{"cve_entidad": "33"}, {"cve_entidad": ""}, {"cve_municipio": "0"}, {"cve_localidad": "12345"}]
)
def test_a_code_of_no_place_is_refused(tmp_path: Path, told: dict[str, str]) -> None:
    outcome = load("municipalities", write_csv(tmp_path / "x.csv", [locality(**told), locality(cve_localidad="2")]))
    assert (outcome.accepted, outcome.rejected) == (1, 1)


def test_the_census_by_locality(territory: Path) -> None:
    rows = [
        census(
            "0", "0", "Total de la entidad Hidalgo", LONGITUD="", LATITUD="", POBTOT="3082841", PSINDER="    928550"
        ),
        census("0", "9998", "Localidades de una vivienda", LONGITUD="", LATITUD=""),
        census("1", "0", "Total del Municipio", LONGITUD="", LATITUD="", POBTOT="22268", P3YM_HLI="72"),
        census("1", "1", "Acatlán"),
        census("1", "2", "El Rincón", PSINDER="*"),
        census("1", "9999", "Localidades de dos viviendas", LONGITUD="", LATITUD=""),
    ]
    outcome = load("population", write_csv(territory / "iter_13_2020.csv", rows))
    assert (outcome.rows_read, outcome.accepted, outcome.unchanged, outcome.rejected) == (6, 4, 2, 0)
    assert figures("13") == {"population": 3082841, "no_health_entitlement": 928550}
    assert figures("13001") == {"population": 22268, "no_health_entitlement": 40, "indigenous_speakers": 72}
    assert figures("130010002") == {"population": 100}
    place = Area.objects.get(code="130010001")
    assert place.latitude == pytest.approx(20.145903, abs=1e-6)
    assert place.longitude == pytest.approx(-98.438372, abs=1e-6)
    assert not Area.objects.filter(code__endswith="9999").exists()
    assert load("population", territory / "iter_13_2020.csv").accepted == 0


@pytest.mark.parametrize("catalogue_first", [True, False])
def test_the_catalogue_names_localities_whichever_file_comes_first(territory: Path, catalogue_first: bool) -> None:
    files = [
        ("municipalities", write_csv(territory / "localidades.csv", [locality()])),
        ("population", write_csv(territory / "iter_13_2020.csv", [census("1", "1", "Acatlan de Juárez")])),
    ]
    for kind, path in files if catalogue_first else reversed(files):
        load(kind, path)
    area = Area.objects.get(code="130010001")
    assert (area.name, area.latitude) == ("Acatlán", 20.145)


def test_the_census_by_municipality_turns_shares_into_people(territory: Path) -> None:
    rows = [
        {"cvegeo": "13001", "pct_sinderecho": "44.0004", "pob_tot": "22268", "pct_hli": "0.3233"},
        {"cvegeo": "13048.0", "pct_sinderecho": "300", "pob_tot": "314331", "pct_hli": ""},
        {"cvegeo": "1001", "pct_sinderecho": "1", "pob_tot": "10", "pct_hli": "1"},
    ]
    outcome = load("population", write_csv(territory / "iter_2020.csv", rows))
    assert (outcome.accepted, outcome.warned, outcome.rejected) == (2, 1, 1)
    assert figures("13001") == {"population": 22268, "no_health_entitlement": 9798}
    assert figures("13048") == {"population": 314331}


def test_marginalisation_and_deprivation(territory: Path) -> None:
    index = [
        {"CVE_MUN": "13001", "ANIO": "2020", "IM_2020": "54.4", "GM_2020": "Medio"},
        {"CVE_MUN": "13048", "ANIO": "2020", "IM_2020": "60.1", "GM_2020": "Regular"},
    ]
    assert load("population", write_csv(territory / "imm.csv", index)).warned == 1
    lacks = [
        {"cvegeo": "13001", "car_salud_num": "9000", "car_segsoc_num": "15000"},
        {"cvegeo": "13048", "car_salud_num": "", "car_segsoc_num": ""},
    ]
    outcome = load("population", write_csv(territory / "conapo_coneval_2020.csv", lacks))
    assert (outcome.accepted, outcome.unchanged, outcome.warned) == (1, 1, 1)
    assert figures("13001") == {
        "marginalisation_index": 54.4, "marginalisation_degree": 3, "no_health_access": 9000,
        "no_social_security": 15000,
    }  # fmt: skip
    assert figures("13048") == {"marginalisation_index": 60.1}


def test_outlines(territory: Path) -> None:
    bow = square("13048", -99, 20)
    bow["geometry"]["coordinates"] = [[[-99, 20], [-98, 21], [-98, 20], [-99, 21], [-99, 20]]]
    features = [
        square("13001", -99, 20),
        bow,
        square("13999", -99, 20),
        {**square("15002", -99, 20), "geometry": None},
        {**square("15002", -99, 20), "geometry": {"type": "Point", "coordinates": [-99, 20]}},
        square("", -99, 20),
        square("15002", 400_000, 2_000_000),
    ]
    path = territory / "contornos_2020.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    outcome = load("geometry", path)
    assert (outcome.rows_read, outcome.accepted, outcome.warned, outcome.rejected) == (7, 2, 1, 5)
    boxes = {row.area.code: (row.west, row.south, row.east, row.north) for row in AreaBoundary.objects.all()}
    assert boxes == {"13001": (-99, 20, -98, 21), "13048": (-99, 20, -98, 21)}
    assert load("geometry", path).accepted == 0
