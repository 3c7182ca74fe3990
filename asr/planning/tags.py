"""The tag grammar: what the tags of a VM, or the body of a request, ask for.

`<prefix>protect` is a profile's name, `true` (the default profile) or `false`; one more tag for each override. Tag
names compare without case, as in Azure, and so do the values that are words.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from asr.model.outcome import Reason
from asr.planning.reasons import reason
from asr.planning.wish import Overrides, Wish
from asr.profiles import Profile
from asr.resource_id import parse

PROTECT = "protect"

_GROUP_ID = re.compile(r"/?subscriptions/[^/]+/resourcegroups/[^/]+/?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Override:
    """An override tag: the field of `Overrides` it sets, how it is read (None: malformed), what is expected of it."""

    field: str
    read: Callable[[str], object | None]
    expected: str


def _matching(pattern: str, *, lower: bool = False) -> Callable[[str], str | None]:
    shape = re.compile(pattern, re.IGNORECASE)

    def read(value: str) -> str | None:
        return (value.lower() if lower else value) if shape.fullmatch(value) else None

    return read


def _region(value: str) -> str | None:
    name = value.lower().replace(" ", "")
    return name if re.fullmatch(r"[a-z][a-z0-9]{2,49}", name) else None


def _target(type_: str, name: str) -> Callable[[str], str | None]:
    """A name, or a full id of this type."""
    plain = re.compile(name)

    def read(value: str) -> str | None:
        if "/" not in value:
            return value if plain.fullmatch(value) else None
        try:
            id_ = parse(value)
        except ValueError:
            return None
        return str(id_) if id_.is_type(type_) and plain.fullmatch(id_.name) else None

    return read


def _group(value: str) -> str | None:
    if "/" in value:
        return "/" + value.strip("/") if _GROUP_ID.fullmatch(value) else None
    return value if re.fullmatch(r"[\w.()-]{0,89}[\w()-]", value) else None


def _luns(value: str) -> tuple[int, ...] | None:
    parts = [part.strip() for part in value.split(",")]
    if not all(re.fullmatch(r"[0-9]{1,2}", part) and int(part) < 64 for part in parts):
        return None
    return tuple(sorted({int(part) for part in parts}))


_network = _target("Microsoft.Network/virtualNetworks", r"[A-Za-z0-9][\w.-]{0,62}\w")
_ACCOUNT = _target("Microsoft.Storage/storageAccounts", r"[a-z0-9]{3,24}")
_VAULT = _Override(
    "vault",
    _target("Microsoft.RecoveryServices/vaults", r"[A-Za-z][A-Za-z0-9-]{1,49}"),
    "a Recovery Services vault's name or id",
)
_NETWORK_ID = _Override(
    "test_network",
    lambda value: _network(value) if "/" in value else None,
    "a virtual network's id",
)

OVERRIDES: Mapping[str, _Override] = {
    "recovery-region": _Override("recovery_region", _region, "a region's name, such as westeurope"),
    "recovery-resource-group": _Override("recovery_group", _group, "a resource group's name or id"),
    "recovery-vnet": _Override(
        "recovery_network",
        _network,
        "a virtual network's name or id",
    ),
    "recovery-availability-set": _Override(
        "recovery_availability_set",
        _target("Microsoft.Compute/availabilitySets", r"[A-Za-z0-9]([\w.-]{0,78}\w)?"),
        "an availability set's name or id",
    ),
    "recovery-zone": _Override("recovery_zone", _matching("[1-9]"), "a zone's number, such as 1"),
    "recovery-storage-account": _Override("recovery_account", _ACCOUNT, "a storage account's name or id"),
    "cache-storage-account": _Override("cache_account", _ACCOUNT, "a storage account's name or id"),
    "vault": _VAULT,
    "exclude-disks": _Override("excluded_luns", _luns, "a list of LUNs (0 to 63), separated by commas"),
    "consistency-group": _Override(
        "consistency_group",
        _matching(r"[a-z0-9][a-z0-9-]{0,63}", lower=True),
        "a group's name: letters, digits and hyphens, at most 64",
    ),
}
"""Every override, by its tag's name after the prefix."""


def read_wish(tags: Mapping[str, str], prefix: str, profiles: Mapping[str, Profile], default_profile: str) -> Wish:
    """What these tags ask for. Never raises: what cannot be followed is among the wish's problems.

    `profiles` are keyed by lower-case name. Tags whose names do not begin with the prefix are none of ours.
    """
    ours = {name.lower()[len(prefix) :]: value.strip() for name, value in tags.items() if _has(name, prefix)}
    choice = ours.pop(PROTECT, "").lower()
    if choice in ("", "false"):
        return Wish()
    name = default_profile if choice == "true" else choice
    profile = profiles.get(name.lower())
    problems: list[Reason] = []
    if profile is None:
        known = ", ".join(sorted(profiles)) or "none"
        problems.append(reason("ProfileUnknown", tag=f"{prefix}{PROTECT}", value=choice, known=known))
    else:
        problems.extend(_profile_problems(profile))
    values: dict[str, object] = {}
    for tag, override in OVERRIDES.items():
        if tag not in ours:
            continue
        value = override.read(ours.pop(tag))
        if value is None:
            problems.append(_malformed(prefix, tag, tags))
        else:
            values[override.field] = value
    known = ", ".join(f"{prefix}{tag}" for tag in (PROTECT, *OVERRIDES))
    warnings = tuple(reason("TagUnknown", tag=f"{prefix}{tag}", known=known) for tag in sorted(ours))
    overrides = Overrides(**values)  # type: ignore[arg-type]  # the table pairs each field with a reader of its type
    problems.extend(_contradictions(overrides, prefix))
    return Wish(requested=True, profile=profile, overrides=overrides, problems=tuple(problems), warnings=warnings)


def with_request(
    tags: Mapping[str, str], prefix: str, profile: str | None, overrides: Mapping[str, str]
) -> dict[str, str]:
    """The tags with an explicit request laid over them: the request's profile and overrides win.

    Override names are those of the tags, with or without the prefix. Asking at all means `true` where the VM's own tag
    names no profile.
    """
    laid = {name.lower(): value for name, value in tags.items()}
    chosen = {name.lower() if _has(name, prefix) else prefix + name.lower(): value for name, value in overrides.items()}
    protect = f"{prefix}{PROTECT}"
    own = laid.get(protect, "").strip()
    if profile is not None:
        own = profile
    elif own.lower() in ("", "false"):
        own = "true"
    return {**laid, **chosen, protect: own}


def _has(name: str, prefix: str) -> bool:
    return name.lower().startswith(prefix)


def _malformed(prefix: str, tag: str, tags: Mapping[str, str]) -> Reason:
    written = next(value for name, value in tags.items() if name.lower() == f"{prefix}{tag}")
    return reason("OverrideMalformed", tag=f"{prefix}{tag}", value=written, expected=OVERRIDES[tag].expected)


def _contradictions(overrides: Overrides, prefix: str) -> tuple[Reason, ...]:
    if overrides.recovery_zone is None or overrides.recovery_availability_set is None:
        return ()
    return (
        reason(
            "TagsContradict",
            tag=f"{prefix}recovery-zone",
            other=f"{prefix}recovery-availability-set",
            because="a VM is either in an availability set or in a zone",
        ),
    )


def _profile_problems(profile: Profile) -> Iterator[Reason]:
    """A profile's names are checked where they are used: settings know nothing of ids."""
    choices = (("vault", profile.vault, _VAULT), ("testNetworkId", profile.test_network_id, _NETWORK_ID))
    for choice, value, form in choices:
        if value is not None and form.read(value) is None:
            yield reason("ProfileMalformed", profile=profile.name, choice=choice, value=value, expected=form.expected)
