"""Azure's own client of deployments, pointed at an emulator over plain http."""

from typing import Any

from azure.core.credentials import AccessToken
from azure.core.pipeline.policies import HeadersPolicy
from azure.mgmt.resource.deployments import DeploymentsMgmtClient


class NoCredential:
    """Nobody is asked for a token: the client's policy has one."""

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        """Never called."""
        raise AssertionError(scopes)


def deployments(arm: str, subscription: str, caller: str = "anything") -> DeploymentsMgmtClient:
    """A client that waits no longer than it has to. A context manager."""
    return DeploymentsMgmtClient(
        NoCredential(),
        subscription,
        base_url=arm,
        credential_scopes=["https://management.azure.com/.default"],
        authentication_policy=HeadersPolicy({"Authorization": f"Bearer {caller}"}),
        polling_interval=0,
    )
