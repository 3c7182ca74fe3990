"""An emulator of its own for every test, with the east-asia world and what protection stands on."""

from collections.abc import Iterator

import pytest
from azure.core.credentials import AccessToken
from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.core.rest import HttpRequest, HttpResponse
from azure.mgmt.recoveryservicessiterecovery import SiteRecoveryManagementClient

from local.emulator.server import Emulator
from tests.emulator.site_recovery.arm import Arm
from tests.emulator.site_recovery.estate import Estate


class AnyToken:
    """A credential whose token the emulator takes, as it takes any."""

    def get_token(self, *_scopes: str, **_options: object) -> AccessToken:
        return AccessToken("any", 2**31)


@pytest.fixture
def arm() -> Iterator[Arm]:
    """Plain requests to an emulator at instant pace."""
    with Emulator(world="east-asia") as emulator, Arm(emulator) as client:
        yield client


@pytest.fixture
def bare(arm: Arm) -> Estate:
    """The world with the recovery side's plain resources and a vault that was never used."""
    estate = Estate(arm)
    estate.make_target()
    return estate


@pytest.fixture
def estate(bare: Estate) -> Estate:
    """The world with everything that protection stands on."""
    bare.make_foundation()
    return bare


@pytest.fixture
def sdk(arm: Arm) -> Iterator[SiteRecoveryManagementClient]:
    """The real SDK, pointed at the emulator."""
    client = SiteRecoveryManagementClient(
        AnyToken(),
        arm.emulator.subscription,
        base_url=arm.emulator.url,
        authentication_policy=Bearer(),
        polling_interval=0,
    )
    with client:
        yield client


class Bearer(SansIOHTTPPolicy[HttpRequest, HttpResponse]):
    """Sends a token over plain HTTP, which the SDK's own policy refuses to."""

    def on_request(self, request: PipelineRequest[HttpRequest]) -> None:
        request.http_request.headers["Authorization"] = "Bearer any"
