"""Every choice that people have, as data: read, explained and documented from here."""

from collections.abc import Mapping

from asr.choices import disks, policy, where
from asr.choices.option import Option

SECTIONS: Mapping[str, tuple[Option, ...]] = {
    "Where the VM comes up": where.TABLE,
    "Its disks and storage accounts": disks.TABLE,
    "How replication goes on": policy.TABLE,
}
"""By the headings under which the documentation shows them."""

OPTIONS: tuple[Option, ...] = tuple(option for table in SECTIONS.values() for option in table)

BY_NAME: Mapping[str, Option] = {name: option for option in OPTIONS for name in (option.name, *option.also)}
"""By every name that is understood."""
