"""Whether the project can leave the release candidate: told by the real resolver, and by pages as published."""

import json
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from release.readiness import Answer, Fit, bundle, main, sdk
from release.repository import ROOT

CONFIG = "/src/Microsoft.Azure.Functions.ExtensionBundle/bundleConfig.json"
DEPENDENCIES = "/tests/ExtensionBundle.Tests/TestData/any_any_extensions.deps.json"
NOBODY = "http://127.0.0.1:9"
"""Port 9 is `discard`; nothing listens there."""


@contextmanager
def pages(documents: Mapping[str, Any]) -> Iterator[str]:
    """A server of these documents by path; everything else is not found."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path in documents
            self.send_response(200 if found else 404)
            self.end_headers()
            if found:
                self.wfile.write(b"\xef\xbb\xbf" + json.dumps(documents[self.path]).encode())

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        serving.join()


def of_bundle(extension: str, released: Any = ("4.38.0", "4.39.0"), built: str = "4.39.0") -> Answer:
    """The answer where the bundle is this."""
    libraries: dict[str, Any] = {f"Microsoft.Azure.WebJobs.Extensions.DurableTask/{extension}": {}}
    documents = {
        "/index.json": released if isinstance(released, dict) else list(released),
        CONFIG: {"bundleId": "Microsoft.Azure.Functions.ExtensionBundle", "bundleVersion": built},
        DEPENDENCIES: {"libraries": libraries},
    }
    with pages(documents) as address:
        return bundle(f"{address}/index.json", address)


@pytest.mark.parametrize(
    ("extension", "fit", "says"),
    [
        ("3.13.1", Fit.YES, '"id": "Microsoft.Azure.Functions.ExtensionBundle"'),
        ("3.13.0", Fit.YES, "3.13.0"),
        ("4.0.0", Fit.YES, "4.0.0"),
        ("3.12.5", Fit.NOT_YET, "3.13 is needed"),
        ("3.9.14", Fit.NOT_YET, "3.13 is needed"),
    ],
)
def test_the_bundle_fits_by_its_durable_extension(extension: str, fit: Fit, says: str) -> None:
    """Versions are compared as numbers; the line to write is told."""
    answer = of_bundle(extension)

    assert (answer.fit, says in answer.why) == (fit, True), answer


def test_what_is_built_and_not_released_is_not_there_yet() -> None:
    """A host downloads what is in the index."""
    assert of_bundle("3.13.1", built="4.40.0").fit is Fit.NOT_YET


def test_pages_that_say_something_else_tell_nothing() -> None:
    """Neither yes nor no."""
    assert of_bundle("3.13.1", released={"versions": []}).fit is Fit.CANNOT_TELL
    assert of_bundle("no version").fit is Fit.CANNOT_TELL
    with pages({"/index.json": []}) as address:
        assert bundle(f"{address}/index.json", address).fit is Fit.CANNOT_TELL
    assert bundle("file:///etc/hostname", "file:///etc").fit is Fit.CANNOT_TELL


def test_without_a_network_it_cannot_be_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clear word and a status of its own, for both."""
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL"):
        monkeypatch.setenv(name, f"{NOBODY}/simple")
    for name in ("UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)
    for name in ("UV_NO_CACHE", "UV_NO_CONFIG"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")

    status = main(["--index", f"{NOBODY}/index.json", "--sources", NOBODY])

    told = capsys.readouterr().out.splitlines()
    assert status == 2
    assert [line.split("; ")[0] for line in told] == [
        "the final Durable SDK: cannot tell",
        "the released extension bundle: cannot tell",
    ]


@pytest.mark.parametrize(
    ("said", "status", "fit"),
    [
        ("azure-functions==2.3.0\nazure-functions-durable==2.0.1\n", 0, Fit.YES),
        ("", 1, Fit.NOT_YET),
        ("", 2, Fit.CANNOT_TELL),
        ("", 0, Fit.CANNOT_TELL),
    ],
)
def test_the_sdk_fits_as_the_resolver_says(said: str, status: int, fit: Fit) -> None:
    """By its answer and its status: 1 is no solution, 2 is no index."""
    resolver = (sys.executable, "-c", f"import sys; print({said!r}, end=''); sys.exit({status})")

    answer = sdk((ROOT / "requirements.in").read_text(), resolver)

    assert answer.fit is fit
    assert ("write `azure-functions-durable==2.0.1`" in answer.why) == (fit is Fit.YES)


def test_the_resolver_is_asked_for_a_final_version() -> None:
    """Everything else that the app requires stays as it is."""
    resolver = (
        sys.executable,
        "-c",
        "import sys; sys.stderr.write(sys.stdin.read().replace(chr(10), ' ')); sys.exit(1)",
    )

    asked = sdk("aiohttp\nazure-functions-durable==2.0.0rc3\npydantic==2.*\n", resolver).why

    assert asked.endswith("aiohttp azure-functions-durable>=2.0.0,<3 pydantic==2.*")
