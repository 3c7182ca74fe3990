"""What is asked for a VM under the app's settings."""

from collections.abc import Mapping

from asr.choices.request import ProtectionRequest
from asr.choices.tags import Asked, read_request
from asr.settings import Settings


def request_of(settings: Settings, tags: Mapping[str, str], asked: Asked | None = None) -> ProtectionRequest:
    """What these tags, or whoever asked by name, ask for; see `asr.choices.tags`."""
    return read_request(tags, settings.tag_prefix, settings.profiles, settings.default_profile, asked, settings.targets)
