"""What resources may be called, and what each provider says about other names.

Source: "Naming rules and restrictions for Azure resources"; the messages that users report. Braces pass, which Azure
refuses: names in Microsoft's own examples are placeholders in braces.
"""

import re
from dataclasses import dataclass

from local.emulator.arm.errors import ArmError


@dataclass(frozen=True, slots=True)
class NameRule:
    """One provider's rule.

    Attributes:
        pattern: what a whole name must match.
        code: the error code of the refusal, which is a 400.
        message: its message, with `{name}` in the place of the name.
    """

    pattern: re.Pattern[str]
    code: str
    message: str

    def check(self, name: str) -> None:
        """Refuse a name that does not match.

        Raises:
            ArmError: 400.
        """
        if not self.pattern.fullmatch(name):
            raise ArmError(400, self.code, self.message.format(name=name), target=name)


NETWORK = NameRule(
    re.compile(r"(?:[^\W_]|\{)(?:[\w.{}-]{0,78}[\w}])?"),
    "InvalidResourceName",
    "Resource name {name} is invalid. The name can be up to 80 characters long. It must begin with a word character, "
    "and it must end with a word character or with '_'. The name may contain word characters or '.', '-', '_'.",
)
COMPUTE = NameRule(
    re.compile(r"(?:[^\W_]|\{)[\w.{}-]{0,79}(?<![.-])"),
    "InvalidParameter",
    r"The entity name '{name}' is invalid according to its validation rule: ^[^_\W][\w\-._]{{0,79}}(?<![-.])$.",
)
GROUPS = NameRule(
    re.compile(r"[\w().-]{0,89}[\w()-]"),
    "InvalidResourceGroup",
    "The provided resource group name '{name}' is invalid: a name has at most 90 letters, digits, '-', '.', '(', ')' "
    "and '_', and does not end with a period.",
)
