"""Container mappings: a source container under a policy to a target container, one way each."""

from dataclasses import dataclass

from asr.foundation.kind import Examined, Ids, Kind
from asr.foundation.shelves import CONTAINER_MAPPINGS
from asr.foundation.survey import Survey
from asr.foundation.verdict import Verdict, adopt, create, wait
from asr.gateway.session import Azure
from asr.gateway.site_recovery import begin_create_container_mapping, container_mapping_id
from asr.model.inventory import ContainerMapping
from asr.model.step import Operation
from asr.planning.reconcile import PAIRED, Adopt, Create, choose_container_mapping

type Mappings = tuple[ContainerMapping, ...]


@dataclass(frozen=True, slots=True)
class ContainerMappingSpec:
    """The pair by the keys of what earlier stages ensured; the name is for a new mapping.

    `automation_account_id` keeps the agents of the VMs up to date; None leaves that to their owners.
    """

    vault_id: str
    name: str
    source_container_key: str
    target_container_key: str
    policy_key: str
    automation_account_id: str | None = None


async def read(survey: Survey, spec: ContainerMappingSpec, _ids: Ids) -> Mappings:
    """The vault's container mappings."""
    return await survey.see(CONTAINER_MAPPINGS, spec.vault_id)


def judge(found: Mappings, spec: ContainerMappingSpec, ids: Ids) -> Verdict:
    """The mapping of this pair under this policy, once it is in force."""
    source, target, policy = _pair(spec, ids)
    match choose_container_mapping(found, source, target, policy, spec.name):
        case Adopt(found=mapping) if mapping.state == PAIRED:
            return adopt(mapping.id, "it pairs these containers under this policy")
        case Adopt(found=mapping):
            return wait(mapping.id, f"{mapping.name} is {mapping.state}")
        case Create(name=name):
            return create(
                container_mapping_id(source, name),
                "nothing pairs these containers under this policy",
                targetContainerId=target,
                policyId=policy,
                automationAccountId=spec.automation_account_id,
            )


async def apply(azure: Azure, examined: Examined[ContainerMappingSpec, Mappings]) -> Operation | None:
    """Begin to create the mapping."""
    source, target, policy = _pair(examined.spec, examined.ids)
    return await begin_create_container_mapping(
        azure,
        source,
        examined.verdict.name,
        target_container_id=target,
        policy_id=policy,
        automation_account_id=examined.spec.automation_account_id,
    )


async def suppose(survey: Survey, examined: Examined[ContainerMappingSpec, Mappings]) -> None:
    """The vault lists the mapping."""
    vault, verdict = examined.spec.vault_id, examined.verdict
    listed = await survey.see(CONTAINER_MAPPINGS, vault)
    made = ContainerMapping(verdict.id, verdict.name, *_pair(examined.spec, examined.ids), PAIRED)
    survey.suppose(CONTAINER_MAPPINGS, vault, (*listed, made))


def _pair(spec: ContainerMappingSpec, ids: Ids) -> tuple[str, str, str]:
    return ids[spec.source_container_key], ids[spec.target_container_key], ids[spec.policy_key]


CONTAINER_MAPPING = Kind("container mapping", ContainerMappingSpec, read, judge, apply, suppose)
