"""An emulator of its own for each test, and a client that talks to it as a tenant would."""

import ssl
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from local.emulator.server import Emulator
from tests.emulator.openapi import violations

API_VERSION = "2024-07-01"
DEADLINE_S = 60.0
PLAIN_HTTP = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Never used, but cheap to make: the default one reads every certificate of the machine for each client."""


class Arm:
    """A tenant's view of one subscription: paths below it, a bearer token and an api-version on every request."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.root = f"/subscriptions/{emulator.subscription}"
        headers = {"Authorization": "Bearer anything"}
        self._client = httpx.Client(
            base_url=emulator.url, headers=headers, trust_env=False, verify=PLAIN_HTTP, timeout=60
        )

    def request(self, method: str, path: str, body: object = None, **options: Any) -> httpx.Response:
        """Send one request. `path` is below the subscription, or whole when it is an absolute URL or id."""
        whole = path.startswith(("http", "/subscriptions", "/tenants", "/_emulator"))
        url = httpx.URL(path if whole else self.root + path)
        if "api-version" not in url.params and not path.startswith("/_emulator"):
            url = url.copy_add_param("api-version", API_VERSION)
        response = self._client.request(method, url, json=body, **options)
        if response.is_success and response.content:
            assert violations(method, url.path, response.status_code, response.json()) == []
        return response

    def get(self, path: str, **options: Any) -> Any:
        """GET and return the JSON; the answer must be 200."""
        response = self.request("GET", path, **options)
        assert response.status_code == 200, response.text
        return response.json()

    def put(self, path: str, body: object) -> Any:
        """PUT, wait for the operation and return the resource as it is then."""
        self.finish(self.request("PUT", path, body))
        return self.get(path)

    def finish(self, response: httpx.Response) -> httpx.Response:
        """Follow a long operation to its end and return its last status document or result."""
        assert response.is_success, response.text
        follow = response.headers.get("Azure-AsyncOperation") or response.headers.get("Location")
        return self.until(lambda: self._ended(follow)) if follow else response

    def _ended(self, url: str) -> httpx.Response | None:
        response = self.request("GET", url)
        running = response.status_code == 202 or (response.content and response.json().get("status") == "InProgress")
        return None if running else response

    def control(self, method: str, path: str, body: object = None) -> Any:
        """Talk to the control plane; the answer must be 200."""
        response = self.request(method, f"/_emulator{path}", body)
        assert response.status_code == 200, response.text
        return response.json()

    def until[T](self, found: Callable[[], T | None], seconds: float = DEADLINE_S) -> T:
        """Ask again and again until there is an answer; fail at the deadline."""
        deadline = time.monotonic() + seconds
        while (answer := found()) is None or answer is False:
            assert time.monotonic() < deadline, "the condition was not met in time"
            time.sleep(0.01)
        return answer

    def group(self, name: str = "app", location: str = "eastasia") -> str:
        """Make a resource group and return the path of its providers."""
        assert self.request("PUT", f"/resourceGroups/{name}", {"location": location}).is_success
        return f"/resourceGroups/{name}/providers"

    def vm(self, name: str = "vm0", group: str = "app", **properties: Any) -> str:
        """Make a VM with an interface in a network of its own and return its path."""
        providers = self.group(group)
        vnet = f"{providers}/Microsoft.Network/virtualNetworks/{name}-net"
        subnet = {"name": "default", "properties": {"addressPrefix": "10.0.0.0/24"}}
        space = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": [subnet]}
        self.put(vnet, {"location": "eastasia", "properties": space})
        nic = f"{providers}/Microsoft.Network/networkInterfaces/{name}-nic"
        configuration = {"name": "ip", "properties": {"subnet": {"id": f"{self.root}{vnet}/subnets/default"}}}
        self.put(nic, {"location": "eastasia", "properties": {"ipConfigurations": [configuration]}})
        path = f"{providers}/Microsoft.Compute/virtualMachines/{name}"
        self.put(path, {"location": "eastasia", "properties": vm_properties(self.root + nic) | properties})
        return path

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def vm_properties(nic: str) -> dict[str, Any]:
    """Return the properties of a Windows VM with a Premium OS disk and one data disk."""
    image = {
        "publisher": "MicrosoftWindowsServer",
        "offer": "WindowsServer",
        "sku": "2019-Datacenter",
        "version": "latest",
    }
    return {
        "hardwareProfile": {"vmSize": "Standard_D2s_v5"},
        "storageProfile": {
            "imageReference": image,
            "osDisk": {"createOption": "FromImage", "managedDisk": {"storageAccountType": "Premium_LRS"}},
            "dataDisks": [
                {
                    "lun": 0,
                    "createOption": "Empty",
                    "diskSizeGB": 64,
                    "managedDisk": {"storageAccountType": "StandardSSD_LRS"},
                }
            ],
        },
        "osProfile": {"computerName": "vm0", "adminUsername": "someone", "adminPassword": "not shown"},
        "networkProfile": {"networkInterfaces": [{"id": nic, "properties": {"primary": True}}]},
    }


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """A running emulator with an empty world, in instant pace."""
    with Emulator() as running:
        yield running


@pytest.fixture
def arm(emulator: Emulator) -> Iterator[Arm]:
    """A client of `emulator`."""
    client = Arm(emulator)
    yield client
    client.close()


@pytest.fixture
def east_asia() -> Iterator[Arm]:
    """A client of an emulator with the world `east-asia`."""
    with Emulator("east-asia") as running:
        client = Arm(running)
        yield client
        client.close()
