"""The store in a blob container: who it is opened by, what it asks, and what a refusal becomes."""

import asyncio
import base64
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from azure.core.credentials import AccessToken
from azure.core.credentials_async import AsyncTokenCredential
from azure.core.pipeline.transport import AioHttpTransport

from asr.errors import AutoprotectError, Conflict, Rejected, Throttled, TransientFault
from asr.gateway.session import USER_AGENT
from asr.gateway.store.blobs import BlobContainer
from asr.gateway.store.interface import Page, Store, Stored
from asr.gateway.versions import BLOB_VERSION
from local.emulator.arm.tls import Certificates
from tests.gateway.sessions import TOKEN, KnownToken
from tests.gateway.store.azurite import azurite
from tests.gateway.store.conftest import user_of
from tests.gateway.wire import Reply, Wire
from tests.words import fix, sentence

PATH = "/devstoreaccount1/asr"
STORAGE = "https://storage.azure.com"


class Identity(AsyncTokenCredential):
    """Signs in as Entra would for `audience`; Azurite looks at what a token says, not at its signature."""

    def __init__(self, audience: str = STORAGE) -> None:
        self.scopes: list[str] = []
        self._audience = audience

    async def get_token(self, *scopes: str, **_options: Any) -> AccessToken:
        self.scopes += scopes
        now = int(time.time())
        lifetime = {"iat": now - 60, "nbf": now - 60, "exp": now + 3600}
        claims = {"aud": self._audience, "iss": "https://sts.windows.net/1/", **lifetime}
        parts: tuple[dict[str, object], ...] = ({"alg": "RS256", "typ": "JWT"}, claims, {})
        token = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
        return AccessToken(token, now + 3600)

    async def close(self) -> None:
        """Nothing is open."""

    async def __aexit__(self, *error: object) -> None:
        """Nothing is open."""


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """An Azurite that takes tokens, which it does over https only; and the authority to trust."""
    certificates = Certificates.issue(tmp_path / "authority.pem")
    with azurite("--oauth", "basic", "--cert", certificates.certificate, "--key", certificates.key) as address:
        yield address, certificates.authority
    certificates.discard()


async def put_and_get(address: str, authority: Path, identity: AsyncTokenCredential) -> Stored | None:
    """A document there and back, as this identity."""
    async with AioHttpTransport(connection_verify=str(authority)) as transport:
        store = BlobContainer(f"{address}{PATH}", identity, transport, user_agent=USER_AGENT, retry_seconds=1)
        await store.put("a/b.json", b"{}", if_none_match=True)
        return await store.get("a/b.json")


def test_the_apps_identity_opens_it(secure: tuple[str, Path]) -> None:
    """With a token for Azure Storage and nothing else; one for another service is refused."""
    identity = Identity()

    stored = asyncio.run(put_and_get(*secure, identity))

    assert stored is not None
    assert stored.value == b"{}"
    assert set(identity.scopes) == {f"{STORAGE}/.default"}
    with pytest.raises(Rejected):
        asyncio.run(put_and_get(*secure, Identity("https://management.azure.com")))


def told_by(reply: Reply | list[Reply], **more: Reply) -> tuple[Any, Wire]:
    """What a put of `a.json` ends with when the service answers so, and what the service was asked."""
    with Wire({("PUT", f"{PATH}/a.json"): reply, ("PUT", PATH): more.get("container", Reply(201))}) as wire:
        try:
            told: object = user_of(f"{wire.url}{PATH}")(lambda store: store.put("a.json", b"{}"))
        except AutoprotectError as error:
            told = error
    return told, wire


def refusal(status: int, code: str, **headers: str) -> Reply:
    """A refusal as Azure Storage words it."""
    body = (
        f'<?xml version="1.0" encoding="utf-8"?><Error><Code>{code}</Code>'
        "<Message>It is so.\nRequestId:1\nTime:2026-01-01T00:00:00Z</Message></Error>"
    )
    return Reply(status, body, {"x-ms-error-code": code, "Content-Type": "application/xml", **headers})


def test_a_missing_role_is_told_with_its_mending() -> None:
    """The commonest mistake of a deployment."""
    told, _ = told_by(refusal(403, "AuthorizationPermissionMismatch"))

    assert isinstance(told, Rejected)
    assert (told.status, told.reason.code) == (403, "AuthorizationPermissionMismatch")
    assert "Storage Blob Data Contributor" in fix(told.reason)
    assert told.reason.azure is not None
    assert told.reason.azure["message"] == "It is so."


def test_any_other_refusal_is_told_in_azures_words() -> None:
    """Without the lines that differ each time."""
    told, _ = told_by(refusal(403, "AccountIsDisabled"))

    assert isinstance(told, Rejected)
    assert (told.reason.code, sentence(told.reason)) == ("AccountIsDisabled", "It is so.")


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (refusal(500, "InternalError"), TransientFault),
        (refusal(503, "ServerBusy"), TransientFault),
        (refusal(503, "ServerBusy", **{"Retry-After": "7"}), Throttled),
        (refusal(429, "TooManyRequests"), Throttled),
        (refusal(412, "ConditionNotMet"), Conflict),
        (refusal(409, "BlobAlreadyExists"), Conflict),
        (Reply(reset=True), TransientFault),
    ],
)
def test_what_a_retry_can_cure_is_asked_once(reply: Reply, error: type[AutoprotectError]) -> None:
    """Every retry is a durable one, which history shows; a broken connection is used once more by the transport."""
    told, wire = told_by(reply)

    assert type(told) is error
    assert len(wire.asked) == 1 or reply.reset


def test_a_missing_container_is_made_once() -> None:
    """Somebody else may make it at the same moment."""
    etag = Reply(201, headers={"ETag": '"1"'})

    for container in (Reply(201), refusal(409, "ContainerAlreadyExists")):
        told, wire = told_by([refusal(404, "ContainerNotFound"), etag], container=container)

        assert told == '"1"'
        assert [asked.path for asked in wire.asked] == [f"{PATH}/a.json", PATH, f"{PATH}/a.json"]


def test_a_container_that_is_being_deleted_is_waited_for() -> None:
    """Azure takes half a minute for it."""
    told, _ = told_by(refusal(404, "ContainerNotFound"), container=refusal(409, "ContainerBeingDeleted"))

    assert type(told) is TransientFault


def test_the_app_names_itself_and_its_version_of_the_api() -> None:
    """As it does to Resource Manager."""
    _, wire = told_by(Reply(201, headers={"ETag": '"1"'}))

    (asked,) = wire.asked
    assert asked.headers["user-agent"].startswith(USER_AGENT)
    assert asked.headers["x-ms-version"] == BLOB_VERSION
    assert asked.headers["x-ms-blob-content-type"] == "application/json"


def test_the_development_key_is_for_this_machine_only() -> None:
    """Any other account, even at the same address, is asked with the identity, which never travels in clear."""

    async def put(address: str) -> None:
        async with AioHttpTransport() as transport:
            store = BlobContainer(address, KnownToken(), transport, user_agent=USER_AGENT, retry_seconds=1)
            await store.put("a.json", b"")

    with Wire({("PUT", f"{PATH}/a.json"): Reply(201, headers={"ETag": "1"})}) as wire:
        asyncio.run(put(f"{wire.url}{PATH}"))
        for address in (f"{wire.url}/contoso/asr", "http://devstoreaccount1.example.com/devstoreaccount1/asr"):
            with pytest.raises(ValueError, match="only supported with HTTPS"):
                asyncio.run(put(address))

    (asked,) = wire.asked
    assert asked.headers["authorization"].startswith("SharedKey devstoreaccount1:")
    assert TOKEN not in str(asked.headers)


def test_what_is_no_document_is_not_listed(container: str) -> None:
    """Somebody may have put something else into the container."""

    async def fill(store: Store) -> None:
        await store.put("a.json", b"")
        assert isinstance(store, BlobContainer)
        await store._client.upload_blob("Report.PDF", b"")

    use = user_of(container)
    use(fill)

    assert use(lambda store: store.list()) == Page(("a.json",), None)
