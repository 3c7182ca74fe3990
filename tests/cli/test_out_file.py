"""`--out FILE` of every verb: the answer is in the file, or the file is as it was."""

from pathlib import Path

import pytest

from tests.cli.calling import Command
from tests.cli.test_trouble import KEY, page, says, server


def test_the_answer_is_in_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Byte for byte what would have been printed; nothing is printed then."""
    file = tmp_path / "fleet.json"
    with server(says(200, page("db-0"))) as address:
        asr = Command(capsys, monkeypatch, address, KEY)
        for form in ("json", "table", "tsv", "yaml"):
            printed = asr("fleet", "-o", form).out
            assert asr("fleet", "-o", form, "--out", str(file)).out == ""
            assert file.read_text() == printed
        assert "db-0" in printed
    assert list(tmp_path.iterdir()) == [file]


def test_a_failure_leaves_the_file_as_it_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stood there is not lost to an app that does not answer, nor is a half file left."""
    file = tmp_path / "fleet.json"
    file.write_text("yesterday's")
    with server(says(500, b"{}")) as address:
        asr = Command(capsys, monkeypatch, address, KEY)
        asr("fleet", "--out", str(file), code=1)
        told = asr("fleet", "--out", str(tmp_path / "none" / "fleet.json"), code=2)
    assert file.read_text() == "yesterday's"
    assert list(tmp_path.iterdir()) == [file]
    assert "--out" in told.err
    assert "cannot be written: No such file or directory" in told.err
