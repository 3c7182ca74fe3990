"""Platform images, as `az vm create` and templates look them up. Source: recorded traffic; the data file says which.

A VM may name any image: what is here is what can be listed.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from local.emulator.arm import errors
from local.emulator.arm.errors import ArmError
from local.emulator.arm.provider import Provider
from local.emulator.arm.regions import regions
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.wire import JsonObject

_DATA = Path(__file__).parent.parent / "data" / "images.json"
_BYTES_PER_GB = 1024**3
_VHD_FOOTER_BYTES = 512
_VERSIONS = (
    "/subscriptions/{subscription}/providers/Microsoft.Compute/locations/{location}/publishers/{publisher}"
    "/artifacttypes/vmimage/offers/{offer}/skus/{sku}/versions"
)


@dataclass(frozen=True, slots=True)
class Image:
    """One version of a platform image; `size` is that of its OS disk in GiB."""

    publisher: str
    offer: str
    sku: str
    version: str
    system: str
    generation: str
    size: int

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is found by, in lower case."""
        return self.publisher.lower(), self.offer.lower(), self.sku.lower()


@cache
def images() -> tuple[Image, ...]:
    """Return the images of the data file."""
    return tuple(Image(*row) for row in json.loads(_DATA.read_text(encoding="utf-8"))["images"])


def list_versions(request: ArmRequest) -> ArmResponse:
    """List an image's versions, newest first with `$orderby=name desc`; properties only with `$expand=properties`."""
    newest_first = request.query.get("$orderby", "").lower() == "name desc"
    found = sorted(_found(request), key=lambda image: image.version, reverse=newest_first)
    top = request.query.get("$top", "")
    shown = found[: int(top)] if top.isdigit() else found
    expanded = request.query.get("$expand", "").lower() == "properties"
    return ArmResponse(body=[_reference(request, image) | (_properties(image) if expanded else {}) for image in shown])


def get_version(request: ArmRequest) -> ArmResponse:
    """Describe one version.

    Raises:
        ArmError: 404, there is no such version.
    """
    for image in _found(request):
        if image.version == request.params["version"]:
            return ArmResponse(body=_properties(image) | _reference(request, image))
    raise ArmError(404, "NotFound", "Artifact: VMImage was not found.")


def _found(request: ArmRequest) -> list[Image]:
    """Return the versions of the image that the path names.

    Raises:
        ArmError: 400 for a region that does not exist; 404, there is no such image.
    """
    location = request.params["location"].lower()
    if location not in regions():
        raise errors.location_not_available(location, "locations/publishers", tuple(regions()))
    key = tuple(request.params[part].lower() for part in ("publisher", "offer", "sku"))
    found = [image for image in images() if image.key == key]
    if not found:
        raise ArmError(404, "NotFound", "Artifact: VMImage was not found.")
    return found


def _reference(request: ArmRequest, image: Image) -> JsonObject:
    location = request.params["location"]
    return {
        "location": location,
        "name": image.version,
        # recorded with these capitals
        "id": f"/Subscriptions/{request.subscription}/Providers/Microsoft.Compute/Locations/{location}"
        f"/Publishers/{image.publisher}/ArtifactTypes/VMImage/Offers/{image.offer}/Skus/{image.sku}"
        f"/Versions/{image.version}",
    }


def _properties(image: Image) -> JsonObject:
    features = {"IsAcceleratedNetworkSupported": "True", "DiskControllerTypes": "SCSI", "IsHibernateSupported": "True"}
    return {
        "properties": {
            "hyperVGeneration": image.generation,
            "architecture": "x64",
            "replicaType": "Unmanaged",
            "disallowed": {"vmDiskType": "None"},
            "automaticOSUpgradeProperties": {"automaticOSUpgradeSupported": True},
            "imageDeprecationStatus": {"imageState": "Active"},
            "features": [{"name": name, "value": value} for name, value in features.items()],
            "osDiskImage": {
                "operatingSystem": image.system,
                "sizeInGb": image.size,
                "sizeInBytes": image.size * _BYTES_PER_GB + _VHD_FOOTER_BYTES,
            },
            "dataDiskImages": [],
        }
    }


PROVIDER = Provider(
    namespace="Microsoft.Compute",
    title="Microsoft.Compute: platform images",
    routes=(
        Route("GET", _VERSIONS, list_versions),
        Route("GET", _VERSIONS + "/{version}", get_version),
    ),
)
