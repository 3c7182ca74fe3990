"""The rules for tags that ARM enforces on every resource, group and subscription.

Source: "Use tags to organize your Azure resources", section Limitations.
"""

from local.emulator.arm.errors import ArmError
from local.emulator.arm.wire import JsonObject

MOST_TAGS = 50
LONGEST_NAME = 512
LONGEST_VALUE = 256
FORBIDDEN = "<>%&\\?/"


def checked_tags(tags: JsonObject) -> dict[str, str]:
    """Return `tags` when they are within the rules.

    Raises:
        ArmError: 400, too many, too long, an empty or forbidden name, or names that differ in casing only.
    """
    if len(tags) > MOST_TAGS:
        message = f"The number of tags '{len(tags)}' exceeds the limit of '{MOST_TAGS}' tags per resource."
        raise ArmError(400, "InvalidTags", message)
    seen: dict[str, str] = {}
    for name, value in tags.items():
        if any(character in name for character in FORBIDDEN) or not name.strip():
            message = (
                f"The following characters are not permitted in tag names: '{','.join(FORBIDDEN)}'. Tag: '{name}'."
            )
            raise ArmError(400, "InvalidTagNameCharacters", message)
        if len(name) > LONGEST_NAME or len(str(value or "")) > LONGEST_VALUE:
            message = (
                f"Tag '{name}' is too long: a name has at most {LONGEST_NAME}, a value {LONGEST_VALUE} characters."
            )
            raise ArmError(400, "InvalidTags", message)
        if name.lower() in seen:
            message = f"The tag names '{seen[name.lower()]}' and '{name}' differ in casing only."
            raise ArmError(400, "InvalidTags", message)
        seen[name.lower()] = name
    return {name: str(value or "") for name, value in tags.items()}


def merged_tags(present: dict[str, str], given: dict[str, str]) -> dict[str, str]:
    """Return `present` with `given` laid over it; names are compared without case and keep their present casing."""
    spelling = {name.lower(): name for name in present}
    return present | {spelling.get(name.lower(), name): value for name, value in given.items()}


def without_tags(present: dict[str, str], given: dict[str, str]) -> dict[str, str]:
    """Return `present` less the tags in `given`, where name and value both agree."""
    gone = {(name.lower(), value) for name, value in given.items()}
    return {name: value for name, value in present.items() if (name.lower(), value) not in gone}
