"""What runs in a VM, against the support matrix: told as a warning, since Azure's own answer decides."""

import pytest

from asr.model.decision import Action
from asr.planning.protection import decide
from tests.unit.planning.contoso import facts, request, vm
from tests.words import sentence


def warned(**changes: str | None) -> list[str]:
    """The codes of the warnings about a VM that is protected all the same."""
    known = facts(vm(**changes))
    decision = decide(known.vm.id, known, request())
    assert decision.action is Action.PROTECT
    return [warning.code for warning in decision.warnings]


@pytest.mark.parametrize(
    ("name", "versions"),
    [
        ("ubuntu", ["14.04", "22.04.3", "24.04"]),
        ("redhat", ["6.7", "7.9.2009", "8.10", "9"]),
        ("Oracle Linux Server", ["6.4", "9.5"]),
        ("debian", ["8", "9.13", "9", "12.4"]),
        ("sles", ["12-SP5", "15.6", "15"]),
        ("almalinux", ["8.10", "9.4"]),
        ("Windows Server 2022 Datacenter Azure Edition", ["10.0.20348.2031", None]),
        ("windows server 2008 r2 enterprise", ["6.1.7601"]),
        ("Windows 10 Enterprise", ["10.0.19045"]),
        ("Linux", ["1.0"]),
        ("Windows", [None]),
        ("ubuntu", [None, "rolling"]),
    ],
)
def test_a_listed_system_is_not_mentioned(name: str, versions: list[str | None]) -> None:
    """Nor one whose name or version is not told."""
    for version in versions:
        assert warned(os_name=name, os_version=version) == []
    assert warned() == []


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("ubuntu", "12.04"),
        ("ubuntu", "22.10"),
        ("rhel", "6.6"),
        ("rhel", "10.0"),
        ("debian", "9.0"),
        ("debian", "13"),
        ("sles", "11.2"),
        ("almalinux", "8.9"),
        ("Windows Server 2008 Datacenter", "6.0"),
        ("Windows Vista", None),
        ("Windows 70", None),
        ("flatcar", "3510.2.1"),
    ],
)
def test_an_unlisted_system_is_a_warning(name: str, version: str | None) -> None:
    """It says which, by the document of which day, and that Azure decides."""
    known = facts(vm(os_name=name, os_version=version))
    (warning,) = decide(known.vm.id, known, request()).warnings

    assert warning.code == "SystemUnlisted"
    assert name in sentence(warning)
    assert (version or "") in sentence(warning)
    assert known.matrix.as_of in sentence(warning)


@pytest.mark.parametrize(("generation", "codes"), [("V1", []), ("V2", []), (None, []), ("V3", ["GenerationUnlisted"])])
def test_generations(generation: str | None, codes: list[str]) -> None:
    """Both that there are today are supported."""
    assert warned(generation=generation) == codes
