"""Names: what a search must find, whatever order, accents or one slip of the finger."""

from __future__ import annotations

from itertools import combinations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from bienestar.calculations.curp import PARTICLES
from bienestar.calculations.names import LETTERS, closeness, keys, normal, question, sound, words

NAMES = [
    "GUADALUPE",
    "JOSE",
    "XIMENA",
    "IÑIGO",
    "CHAVEZ",
    "LLANOS",
    "QUIÑONES",
    "EK",
    "UC",
    "HERNANDEZ",
    "AGÜERO",
    "IO",
]
name = st.sampled_from(NAMES) | st.text(alphabet=LETTERS, min_size=2, max_size=11).filter(
    lambda word: word not in PARTICLES
)


def found(asked: str, *person: str) -> bool:
    """Whether the register would give this person for this question."""
    asking = question(asked)
    return bool((asking.exact | asking.near) & keys(*person))


@st.composite
def slip(draw: st.DrawFn, word: str) -> str:
    """The word with one letter wrong, written out case by case and not as the program does."""
    place = draw(st.integers(0, len(word) - 1))
    letters = list(word)
    match draw(st.sampled_from(["change", "leave out", "put in", "swap"])):
        case "change":
            letters[place] = draw(st.sampled_from(LETTERS))
        case "leave out":
            del letters[place]
        case "put in":
            letters.insert(draw(st.integers(0, len(word))), draw(st.sampled_from(LETTERS)))
        case "swap" if place + 1 < len(word):
            letters[place], letters[place + 1] = letters[place + 1], letters[place]
    return "".join(letters)


@given(name, name, name, name, st.data())
def test_any_two_words_with_one_letter_wrong_find_the_person(
    one: str, other: str, first: str, second: str, data: st.DataObject
) -> None:
    parts = [one, other, first, second]
    asked = list(data.draw(st.sampled_from(list(combinations(parts, 2)))))
    if data.draw(st.booleans()):
        asked.reverse()
    place = data.draw(st.integers(0, 1))
    asked[place] = data.draw(slip(asked[place]))
    assert found(" ".join(asked), f"{one} {other}", first, second)


@given(name, name, name, name, st.data())
def test_a_whole_name_in_any_order_with_one_letter_wrong_finds_the_person(
    one: str, other: str, first: str, second: str, data: st.DataObject
) -> None:
    asked = list(data.draw(st.permutations([one, other, first, second])))
    place = data.draw(st.integers(0, 3))
    asked[place] = data.draw(slip(asked[place]))
    assert found(" ".join(asked), f"{one} {other}", first, second)


@pytest.mark.parametrize(
    ("asked", "person"),
    [
        ("lopez hernandez juan", ("Juan Carlos", "Hernández", "López")),
        ("carlos lopez", ("Juan Carlos", "Hernández", "López")),
        ("pena jose", ("José", "Peña", "Domínguez")),
        ("de la cruz guadalupe", ("María Guadalupe", "De la Cruz", "Ortiz")),
        ("gimenes jimena", ("Ximena", "Jiménez", "")),
        ("vasques sesar", ("César", "Vázquez", "Llanos")),
        ("yanos cesar", ("César", "Vázquez", "Llanos")),
        ("ma elena quiñones", ("María Elena", "Quiñones", "Uc")),
        ("maria quiñones", ("Ma. Elena", "Quiñones", "Uc")),
        ("juan hdez", ("Juan", "Hernández", "")),
        ("ofarrill ana", ("Ana", "O'Farrill", "")),
        ("garcia lopez", ("Eva", "García-López", "Ruiz")),
        ("Le Cruz", ("Leo", "Cruz", "")),
        ("nayeli", ("Nayely", "", "")),
        ("elisabet montes", ("Elizabeth", "Montes de Oca", "Sosa")),
    ],
)
def test_what_people_type(asked: str, person: tuple[str, str, str]) -> None:
    assert found(asked, *person)
    assert closeness(asked, *person) > closeness("rigoberto zaldívar", *person)


@given(name, name, name)
def test_keys_need_no_order_and_no_accents(given_name: str, first: str, second: str) -> None:
    assert keys(given_name, first, second) == keys(second, given_name, first) == keys(first.lower(), second, given_name)
    assert all(0 <= key < 2**63 for key in keys(given_name, first, second))


def test_one_word_finds_only_who_has_one() -> None:
    assert found("Nayeli", "Nayeli", "", "")
    assert not found("Nayeli", "Nayeli", "Ek", "")
    assert not question("").exact
    assert not question(" 123 ").exact


@given(st.text(max_size=60))
def test_normal_is_stable(text: str) -> None:
    once = normal(text)
    assert normal(once) == once
    assert not any(sign in "ÁÉÍÓÚÜáéíóú0123456789.-" for sign in once)
    assert words(once) == words(text)


def test_letters_that_sound_alike() -> None:
    for group in (
        ("CECILIA", "SESILIA", "ZEZILIA"),
        ("VALENTE", "BALENTE"),
        ("HILARIO", "ILARIO"),
        ("ZAMBRANO", "SANBRANO"),
        ("GUERRERO", "GUERERO"),
        ("ASCENCIO", "ASENCIO", "ACENSIO"),
        ("QUETZALI", "KETZALI"),
        ("PEÑA", "PENA"),
    ):
        assert len({sound(word) for word in group}) == 1, group
    for one, other in (("JUAN", "JUANA"), ("CHAVEZ", "CAVEZ"), ("GARZA", "JARZA"), ("ROSA", "LOSA")):
        assert sound(one) != sound(other)


@given(name, name, name, name, name)
def test_the_whole_name_is_closest(one: str, other: str, first: str, second: str, stranger: str) -> None:
    person = (f"{one} {other}", first, second)
    for asked in (f"{one} {other} {first} {second}", f"{second} {first} {one} {other}"):
        best = closeness(asked, *person)
        assert best == pytest.approx(1)
        assert closeness(asked, stranger, first, second) <= best


def test_an_exact_name_goes_before_one_that_sounds_like_it() -> None:
    assert closeness("Ana Peña", "Ana", "Peña", "Ruiz") > closeness("Ana Peña", "Ana", "Pena", "Ruiz")
    assert closeness("Ana Pena", "Ana", "Pena", "Ruiz") > closeness("Ana Pena", "Ana", "Peña", "Ruiz")
