"""Network security groups: the outbound rules."""

from asr.gateway.document import Json, number, section, sections, text, text_or_none, texts
from asr.gateway.resources import read
from asr.gateway.session import Azure
from asr.gateway.shared import recall_shared
from asr.model.preflight_facts import SecurityGroup, SecurityRule
from asr.model.resource_id import key

RECENT_SECONDS, LENIENT_SECONDS = 30.0, 120.0
"""How long a group's rules count: the VMs of a subnet share one."""


async def read_security_group(azure: Azure, group_id: str) -> SecurityGroup | None:
    """The group with its outbound rules, its default ones too. Source: Network Security Groups - Get."""

    async def ask() -> SecurityGroup | None:
        body = await read(azure, group_id)
        if body is None:
            return None
        rules = (*sections(body, "properties", "securityRules"), *sections(body, "properties", "defaultSecurityRules"))
        outbound = [rule for rule in rules if text(rule, "properties", "direction").lower() == "outbound"]
        return SecurityGroup(text(body, "id"), tuple(_rule(rule) for rule in outbound))

    question = ("security group", key(group_id))
    return await recall_shared(azure, question, SecurityGroup, RECENT_SECONDS, ask, lenient=LENIENT_SECONDS)


def _rule(body: Json) -> SecurityRule:
    about = section(body, "properties")
    return SecurityRule(
        name=text(body, "name"),
        priority=number(about, "priority") or 0,
        allow=text(about, "access").lower() == "allow",
        protocol=text(about, "protocol"),
        ports=_one_or_many(about, "destinationPortRange", "destinationPortRanges"),
        destinations=_one_or_many(about, "destinationAddressPrefix", "destinationAddressPrefixes"),
    )


def _one_or_many(about: Json, single: str, several: str) -> tuple[str, ...]:
    one = text_or_none(about, single)
    return texts(about, several) or ((one,) if one else ())
