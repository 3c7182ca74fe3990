"""Where this host answers: the URLs that it hands out."""

import json
from dataclasses import dataclass
from urllib.parse import quote, urlencode

WEBHOOKS = "/runtime/webhooks"
DURABLE = f"{WEBHOOKS}/durabletask"
_ID = "INSTANCEID"

# Name of each management URL, and what follows the instance's own URL. The reasons are templates for the caller.
_ACTIONS = {
    "statusQueryGetUri": "?",
    "sendEventPostUri": "/raiseEvent/{eventName}?",
    "terminatePostUri": "/terminate?reason={text}&",
    "rewindPostUri": "/rewind?reason={text}&",
    "purgeHistoryDeleteUri": "?",
    "restartPostUri": "/restart?",
    "suspendPostUri": "/suspend?reason={text}&",
    "resumePostUri": "/resume?reason={text}&",
}


@dataclass(frozen=True, slots=True)
class Addresses:
    """The host's own URL, the hub's gRPC address, and the key that durable URLs carry."""

    host: str
    hub: str
    hub_name: str
    durable_key: str

    @property
    def required_query(self) -> str:
        """What every durable management URL ends with."""
        return urlencode({"taskHub": self.hub_name, "connection": "Storage", "code": self.durable_key})

    def management_urls(self, instance_id: str, origin: str | None = None) -> dict[str, str]:
        """The management URLs of an instance, as the durable client binding holds them."""
        instance = f"{origin or self.host}{DURABLE}/instances/{quote(instance_id, safe='')}"
        return {"id": instance_id} | {name: instance + tail + self.required_query for name, tail in _ACTIONS.items()}

    def check_status(self, instance_id: str, origin: str | None = None) -> dict[str, str]:
        """The check-status payload: the management URLs without the rewind, which the real one leaves out too."""
        urls = self.management_urls(instance_id, origin)
        del urls["rewindPostUri"]
        return urls

    def client_binding(self) -> str:
        """What a durable client parameter gets: the JSON that the Durable extension sends to its gRPC-based SDKs."""
        create = f"{self.host}{DURABLE}/orchestrators/{{functionName}}[/{{instanceId}}]?{self.required_query}"
        return json.dumps(
            {
                "taskHubName": self.hub_name,
                "connectionName": "Storage",
                "creationUrls": {
                    "createNewInstancePostUri": create,
                    "createAndWaitOnNewInstancePostUri": f"{create}&timeout={{timeoutInSeconds}}"
                    "&pollingInterval={intervalInSeconds}",
                },
                "managementUrls": self.management_urls(_ID),
                "baseUrl": f"{self.host}{DURABLE}",
                "requiredQueryStringParameters": self.required_query,
                # The SDK dials this as a gRPC target; a trailing slash would become part of the name.
                "rpcBaseUrl": self.hub,
                "httpBaseUrl": f"{self.host}{DURABLE}",
                "useForwardedHost": False,
                # Large payloads: the SDK's own default is gRPC's 4 MB.
                "maxGrpcMessageSizeInBytes": 2**31 - 1,
                "grpcHttpClientTimeout": "00:01:40",
            }
        )
