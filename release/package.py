"""`make package`: the zip that is deployed, with all packages, so that nothing is built in Azure.

The same commit gives the same bytes, whoever builds it: names are sorted, times and rights are fixed, and what an
installation leaves behind that tells of its machine is left out. The bytecode is in it: a worker in Azure cannot write
its own, and would compile everything again at each cold start.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from release.repository import ROOT, NotReleasable, changed, deployable, version

PACKAGES = ".python_packages/lib/site-packages"
"""Where the worker in Azure looks for the app's packages.

Source: https://learn.microsoft.com/azure/azure-functions/functions-reference-python#local-build
"""

PLATFORM = "x86_64-manylinux_2_28"
PYTHON = "3.13"
"""What the worker in Azure runs on."""

_DEPLOYED_TO = "/home/site/wwwroot"
"""Where Azure unpacks it; stack traces name the files there."""

_LEFT_OUT = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json"}
"""What an installation notes about itself, in a folder `.dist-info`."""

_WHEN = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip can tell."""

_READABLE = 0o100644 << 16


@dataclass(frozen=True, slots=True)
class Package:
    """A zip that was built.

    Attributes:
        files: how many are in it.
        unpacked: their bytes together.
        seconds: what building it took.
    """

    path: Path
    files: int
    unpacked: int
    seconds: float

    @property
    def digest(self) -> str:
        """SHA-256 of its bytes."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()

    def told(self) -> str:
        """What a person reads of it, in three lines."""
        return (
            f"{self.path}: {self.path.stat().st_size / 1e6:.1f} MB, {self.files} files\n"
            f"unpacked {self.unpacked / 1e6:.1f} MB; built in {self.seconds:.0f} s\n"
            f"sha256 {self.digest}"
        )


def build(root: Path, target: Path, level: int = 6) -> Package:
    """Build the zip of the clone `root`.

    Args:
        root: the folder of the clone.
        target: the zip; what was there is replaced.
        level: of the compression, from 0 to 9.

    Raises:
        NotReleasable: it cannot be built here; the message says why.
    """
    began = time.monotonic()
    if sys.version_info[:2] != tuple(int(part) for part in PYTHON.split(".")):
        raise NotReleasable(f"Python {PYTHON} is needed: the bytecode in the zip is for the worker that is in Azure")
    with TemporaryDirectory(prefix="package-") as folder:
        stage = Path(folder)
        for name in deployable(root):
            (stage / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / name, stage / name)
        _install(stage)
        _compile(stage)
        files = sorted(path for path in stage.rglob("*") if path.is_file())
        unpacked = sum(path.stat().st_size for path in files)
        _zip(stage, files, target, level)
    return Package(target, len(files), unpacked, time.monotonic() - began)


def _install(stage: Path) -> None:
    """Put the packages of the app's requirements.txt, for the worker's platform, where it looks for them."""
    packages = stage / PACKAGES
    what = ("--require-hashes", "-r", str(stage / "requirements.txt"), "--target", str(packages))
    platform = ("--python-platform", PLATFORM, "--python-version", PYTHON, "--only-binary", ":all:")
    uv = (sys.executable, "-m", "uv", "pip", "install", "--quiet", "--link-mode", "copy", "--python", sys.executable)
    done = subprocess.run([*uv, *what, *platform], check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise NotReleasable(f"the packages cannot be installed:\n{done.stderr.strip()}")
    # Commands name the interpreter of the machine that installed them; an app has no use for them.
    shutil.rmtree(packages / "bin", ignore_errors=True)
    (packages / ".lock").unlink(missing_ok=True)  # uv's
    for noted in packages.glob("*.dist-info/*"):
        if noted.name in _LEFT_OUT:
            noted.unlink()


def _compile(stage: Path) -> None:
    """Compile every module, in a process of its own: what else an interpreter has seen shows in the bytecode."""
    arguments = ["-q", "--invalidation-mode", "unchecked-hash", "-s", str(stage), "-p", _DEPLOYED_TO, str(stage)]
    command = [sys.executable, "-S", "-m", "compileall", *arguments]
    done = subprocess.run(  # noqa: S603
        command, check=False, capture_output=True, text=True, env=os.environ | {"PYTHONHASHSEED": "0"}
    )
    if done.returncode:
        raise NotReleasable(f"the modules cannot be compiled:\n{done.stdout.strip()}{done.stderr.strip()}")


def _zip(stage: Path, files: list[Path], target: Path, level: int) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w") as archive:
        for path in files:
            entry = zipfile.ZipInfo(path.relative_to(stage).as_posix(), _WHEN)
            entry.external_attr = _READABLE
            entry.create_system = 3  # of Unix: then the rights above count
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, level)


def main(arguments: list[str] | None = None) -> int:
    """Build it and tell its size and digest.

    Returns:
        0 when it was built, 1 when not; the reason is on standard error.
    """
    parser = argparse.ArgumentParser(prog="python -m release.package", description=__doc__)
    parser.add_argument("--root", type=Path, default=ROOT, metavar="DIR", help="the clone (default: this one)")
    parser.add_argument("--to", type=Path, metavar="FILE", help="the zip (default: dist/asr-autoprotect-VERSION.zip)")
    options = parser.parse_args(arguments)
    try:
        target = options.to or options.root / "dist" / f"asr-autoprotect-{version(options.root)}.zip"
        if others := changed(options.root):
            print(f"Not as committed, and built in as it is: {', '.join(others)}", file=sys.stderr)
        package = build(options.root, target)
    except NotReleasable as error:
        print(f"No package: {error}", file=sys.stderr)
        return 1
    print(package.told())
    return 0


if __name__ == "__main__":
    sys.exit(main())
