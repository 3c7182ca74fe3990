"""The zip that is deployed: built from a clean clone, unpacked elsewhere, and run with nothing else."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from release.package import PACKAGES, build
from release.repository import ROOT, NotReleasable, changed, deployable, version
from tests.e2e.stack import Stack, stack
from tests.family import children
from tests.repo.functions import ACTIVITIES, ALL, ENTITIES, OF_THE_SDK, ORCHESTRATORS, TRIGGERS

UNREACHABLE = ("error sending request", "dns error", "failed to fetch", "client error (connect)", "timed out")
"""How `uv` says that no package index answers; every other failure of it is a failure of ours."""

INDEX = """
import json
import function_app
from triggers.on_demand import FUNCTIONS, load
assert all(callable(load(name)) for name in FUNCTIONS)
functions = function_app.app.get_functions()
print(json.dumps({one.get_function_name(): one.get_trigger().type for one in functions}))
"""


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run to the end, whatever the exit status."""
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def clone(folder: Path) -> Path:
    """A clean clone, with what is not committed yet in it as if it were."""
    cloned = run("git", "clone", "--quiet", ROOT, folder, cwd=ROOT)
    assert cloned.returncode == 0, cloned.stderr
    for name in changed(ROOT):
        (folder / name).unlink(missing_ok=True)
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    assert run("git", "add", "--all", cwd=folder).returncode == 0
    return folder


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """The folder of a release, as `make release TAG=...` makes it of a clone in which all is committed."""
    root, target = clone(tmp_path / "clone"), tmp_path / "dist"
    identity = ("-c", "user.name=test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false")
    committed = run("git", *identity, "commit", "--quiet", "--allow-empty", "-m", "As it is.", cwd=root)
    assert committed.returncode == 0, committed.stderr
    tag = f"v{version(root)}"
    built = run(sys.executable, "-m", "release", "--root", root, "--to", target, "--tag", tag, cwd=ROOT)
    if built.returncode and any(sign in built.stderr.lower() for sign in UNREACHABLE):
        pytest.skip("no package index can be reached and uv's cache does not hold what a release is built of")
    assert built.returncode == 0, built.stderr
    assert re.search(r"MB, \d{4} files\nunpacked .+ MB; built in \d+ s\nsha256 [0-9a-f]{64}\n", built.stdout)
    return target


def check_release(folder: Path) -> Path:
    """Everything that a release has is there and whole; the zip is returned."""
    number = version(ROOT)
    app, wheel = folder / f"asr-autoprotect-{number}.zip", folder / f"asr_autoprotect_cli-{number}-py3-none-any.whl"
    kept = {path.name for path in (ROOT / "infra").glob("main.*.json")}
    names = {app.name, wheel.name, "sbom.cdx.json", "SHA256SUMS", "notes.md"} | kept
    assert {path.name for path in folder.iterdir()} == names
    listed = {line.split("  ")[1] for line in (folder / "SHA256SUMS").read_text().splitlines()}
    assert listed == names - {"SHA256SUMS", "notes.md"}
    assert run("sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS", cwd=folder).returncode == 0
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if name.startswith("asr_cli/")}
        (entries,) = (name for name in archive.namelist() if name.endswith(".dist-info/entry_points.txt"))
        assert "asr = asr_cli.entry:main" in archive.read(entries).decode()
    source = ROOT / "cli"
    wanted = {*(source / "asr_cli").rglob("*.py"), *(source / "asr_cli").rglob("*.json")}
    assert inside == {path.relative_to(source).as_posix() for path in wanted}
    return app


def test_the_package_of_a_release_alone_is_the_app(released: Path, tmp_path: Path) -> None:
    """Its functions are those of the repository, and a VM is protected by what is in it, and by nothing else."""
    package = check_release(released)
    app = tmp_path / "elsewhere"
    with zipfile.ZipFile(package) as archive:
        archive.extractall(app)
        names = archive.namelist()

    ours = [name for name in names if not name.startswith(PACKAGES) and not name.endswith(".pyc")]
    assert ours == deployable(tmp_path / "clone")
    assert [name for name in names if name.endswith(("RECORD", ".lock")) or "/bin/" in name] == []
    _its_functions_are_ours(app)
    with stack("east-asia", "instant", "--app", str(app)) as azure:
        assert azure.api("GET", "health").json()["version"] == version(ROOT)
        azure.tag(azure.vm("db-0"), asr_protect="true")
        azure.outcome(azure.vm("db-0"), "protected")
        loaded = _loaded_by_the_worker(azure)
    assert [name for name in loaded if "site-packages" in name and not name.startswith(str(app))] == []
    assert {
        part for name in loaded for part in ("grpc", "aiohttp", "pydantic_core") if f"{PACKAGES}/{part}/" in name
    } == {
        "grpc",
        "aiohttp",
        "pydantic_core",
    }


def _its_functions_are_ours(app: Path) -> None:
    """All of it can be imported with its packages alone, warnings counting as errors."""
    indexed = run(sys.executable, "-S", "-W", "error", "-c", INDEX, cwd=app, PYTHONPATH=str(app / PACKAGES))

    assert indexed.returncode == 0, indexed.stderr
    kinds = json.loads(indexed.stdout)
    assert set(kinds) == ALL
    assert {name for name, kind in kinds.items() if kind == "activityTrigger"} - OF_THE_SDK == ACTIVITIES
    assert {name for name, kind in kinds.items() if kind == "orchestrationTrigger"} - OF_THE_SDK == ORCHESTRATORS
    assert {name for name, kind in kinds.items() if kind == "entityTrigger"} == ENTITIES
    assert {
        name for name, kind in kinds.items() if kind in {"eventGridTrigger", "timerTrigger", "httpTrigger"}
    } == TRIGGERS


def _loaded_by_the_worker(azure: Stack) -> set[str]:
    """The libraries that the worker's process has in its memory."""
    (host,) = children(azure.process_id, "host")
    (worker,) = children(host, "local.host.worker")
    maps = Path(f"/proc/{worker}/maps").read_text()
    return {line.split(maxsplit=5)[5] for line in maps.splitlines() if ".so" in line}


def repository(folder: Path, **files: str) -> Path:
    """A small clone with a requirement that installs a command, which names its interpreter."""
    pinned = (ROOT / "requirements.txt").read_text()
    idna = re.search(r"^idna==.+?(?=^\w)", re.sub(r"(?m)^ +#.*\n", "", pinned), re.MULTILINE | re.DOTALL)
    assert idna
    given: Mapping[str, str] = {
        "asr/model/version.py": 'PRODUCT_VERSION = "1.2.3"\n',
        "function_app.py": "NAMES = {'a', 'b', 'c'}\nOTHERS = frozenset({'x', 'y', 'z'})\n",
        "requirements.txt": idna.group(),
        ".funcignore": "/.git/\n/.funcignore\n/docs/\n",
        "docs/guide.md": "not deployed",
        **files,
    }
    for name, content in given.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    someone = ("-c", "user.name=someone", "-c", "user.email=someone@contoso.com")
    for arguments in (("init", "--quiet"), ("add", "--all"), (*someone, "commit", "--quiet", "-m", "all")):
        assert run("git", *arguments, cwd=folder).returncode == 0
    return folder


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    """In another folder, at another time, with other rights; what is not tracked is not in it."""
    first, second = repository(tmp_path / "first"), repository(tmp_path / "a" / "second")
    (second / "function_app.py").chmod(0o700)
    os.utime(second / "function_app.py", (1, 1))
    (second / "local.settings.json").write_text("a secret")

    try:
        packages = [build(first, tmp_path / "first.zip"), build(second, tmp_path / "second.zip")]
    except NotReleasable as error:
        if any(sign in str(error).lower() for sign in UNREACHABLE):
            pytest.skip("no package index can be reached and uv's cache does not hold the requirement")
        raise

    assert packages[0].digest == packages[1].digest
    with zipfile.ZipFile(packages[0].path) as archive:
        names = [name for name in archive.namelist() if not name.startswith(f"{PACKAGES}/idna")]
    assert names == [
        "__pycache__/function_app.cpython-313.pyc",
        "asr/model/__pycache__/version.cpython-313.pyc",
        "asr/model/version.py",
        "function_app.py",
        "requirements.txt",
    ]


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"requirements.txt": "idna==3.10"}, "packages cannot be installed"),
        ({"function_app.py": "def :"}, "modules cannot be compiled"),
        ({"asr/model/version.py": ""}, "no line `PRODUCT_VERSION"),
    ],
)
def test_what_cannot_be_packed_is_told(tmp_path: Path, files: dict[str, str], reason: str) -> None:
    """With the reason, and no zip."""
    root = repository(tmp_path / "clone", **files)

    done = run(sys.executable, "-m", "release.package", "--root", root, cwd=ROOT)

    assert (done.returncode, reason in done.stderr) == (1, True), done.stderr
    assert not list(root.glob("dist/*"))


def test_without_git_nothing_is_packed(tmp_path: Path) -> None:
    """Nobody knows what belongs to the app."""
    with pytest.raises(NotReleasable, match="git does not answer"):
        deployable(tmp_path)
