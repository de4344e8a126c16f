"""The standards' files: the real ones load and mean something; a mistake names file, line and field."""

import shutil

import pytest

from bienestar.foundation.definitions.files import DefinitionError
from bienestar.foundation.definitions.standards import (
    load_standards,
    standards,
    standards_dir,
    standards_from_content,
)

EXPECTED_TYPES = {
    "rural_health_center",
    "urban_health_center",
    "extended_health_center",
    "health_center_with_beds",
    "mobile_unit",
    "rural_medical_unit",
    "specialty_outpatient_unit",
    "community_hospital",
    "general_hospital",
    "specialised_hospital",
    "psychiatric_hospital",
}


@pytest.fixture
def folder(tmp_path):
    """A copy of the real files that a test may spoil."""
    return shutil.copytree(standards_dir(), tmp_path / "standards")


def spoil(folder, file, old, new):
    """Change one place of one file and load again."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    line = text[: text.index(old)].count("\n") + 1
    with pytest.raises(DefinitionError) as refused:
        load_standards(folder)
    return refused.value, line


def test_every_type_that_gives_care_has_a_standard():
    assert set(standards().unit_types) == EXPECTED_TYPES


def test_a_frozen_version_reads_back_the_same():
    assert standards_from_content(standards().content()) == standards()


def test_hash_changes_with_any_file(folder):
    before = load_standards(folder)
    path = folder / "2-first-level.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "# otra línea\n", encoding="utf-8")
    assert load_standards(folder).sha256 != before.sha256


def test_a_type_may_have_its_own_number():
    assert standards().parameter_values("community_hospital")["specialists"] == 2
    assert standards().parameter_values("general_hospital")["specialists"] == 5


def test_lines_of_a_resource_come_from_every_service():
    lines = standards().lines_for("general_hospital", "staff.general_nurse")
    assert [line.service for line in lines] == [
        "emergency_care", "obstetric_care", "general_surgery", "paediatric_care", "internal_medicine",
    ]  # fmt: skip
    assert standards().lines_for("warehouse", "staff.general_nurse") == []


@pytest.mark.parametrize(
    ("old", "new", "field", "reason"),
    [
        ("resource: staff.psychologist", "resource: staff.sicologo", "resource", "not a resource"),
        ("basis: extended_center}", "basis: extnded}", "basis", "there is no basis 'extnded'"),
        (
            "max(1, people / people_per_nucleus)",
            "max(1, pepole / 3000)",
            "quantity",
            "'pepole' is not known here",
        ),
        ("offered_when: nuclei", "offered_when: nucleos", "offered_when", "'nucleos' is not known"),
        ("users: people * women_15_49", "users: people * mujeres", "users", "'mujeres' is not known"),
        ("weight: 0.3", "weight: 0", "weight", "greater than 0"),
        ("users: people", "usuarios: people", "usuarios", "no such field"),
        (
            "services: [mobile_consultation]",
            "services: [movil]",
            "services[1]",
            "there is no service 'movil'",
        ),
        ("services: [mobile_consultation]", "services: []", "services", "at least 1"),
        ("rural_medical_unit: {services", "casita: {services", "casita", "there is no unit type 'casita'"),
        ("sets: [clinic_installations]", "sets: [otro]", "sets[1]", "there is no set 'otro'"),
        (
            "- {resource: staff.nutritionist, quantity: 1",
            "- {resource: staff.psychologist, quantity: 1",
            "requires[2]",
            "asked twice",
        ),
        (
            "- {resource: staff.psychologist, quantity: 1",
            "- {resource: activity.births, quantity: 1",
            "resource",
            "required",
        ),
    ],
)
def test_a_mistake_names_file_line_and_field(folder, old, new, field, reason):
    error, line = spoil(folder, "2-first-level.yaml", old, new)
    assert error.file == "2-first-level.yaml"
    assert error.line == line
    assert field in error.field
    assert reason in error.reason


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('version: "2026.1"\n', "", "no file of the standards says this"),
        ("    kind: law", "    kind: rumour", "law"),
        ("  absence: {", "  people: {", "cannot name a parameter"),
        ("  staff.dentist:", "  room.dental:", "not a staff resource"),
        ("activity: activity.dental_consultations", "activity: staff.dentist", "not an activity"),
        ("annual_leave: 20", "annual_leave: 300", "no working time"),
    ],
)
def test_a_mistake_in_the_general_file(folder, old, new, reason):
    error, _ = spoil(folder, "1-general.yaml", old, new)
    assert error.file == "1-general.yaml"
    assert reason in error.reason


def test_the_same_service_in_two_files_is_refused(folder):
    error, _ = spoil(folder, "3-hospitals.yaml", "  emergency_care:\n", "  dental_care:\n")
    assert "another file" in error.reason


def test_a_type_value_must_name_a_parameter(folder):
    error, _ = spoil(folder, "3-hospitals.yaml", "      specialists: {value: 2", "      doctors: {value: 2")
    assert "there is no parameter 'doctors'" in error.reason


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(DefinitionError, match="no standards file"):
        load_standards(tmp_path)


def test_every_basis_kind_and_reference_is_used():
    found = standards()
    used = {need.basis for part in (*found.sets.values(), *found.services.values()) for need in part.requires}
    used |= {parameter.basis for parameter in found.parameters.values()}
    used |= {service.weight_basis for service in found.services.values()}
    used |= {own.basis for unit_type in found.unit_types.values() for own in unit_type.values.values()}
    used |= {service.users_basis for service in found.services.values() if service.users_basis}
    used |= {category.basis for category in found.wisn.values()}
    assert used == set(found.bases)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: 1\nb: \x00\n", "line 2: not valid YAML: character 0x0"),
        ("a: &self [*self]\n", "too deep"),
        ("[" * 3000, "too deep"),
    ],
)
def test_a_file_that_no_reader_can_take_is_one_sentence(folder, text, told):
    (folder / "2-first-level.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError, match=told) as refused:
        load_standards(folder)
    assert refused.value.file == "2-first-level.yaml"
