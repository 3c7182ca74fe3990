"""Container mappings: a source container under a policy to a target container, one way each."""

from asr.gateway.session import Azure
from asr.gateway.site_recovery import begin_create_container_mapping, container_mapping_id
from asr.model.change import Change, adopt, create, refuse, wait
from asr.model.specs import ContainerMappingSpec
from asr.model.step import Operation
from asr.model.vault_facts import ContainerMapping
from asr.planning.reconcile import PAIRED, choose_container_mapping, mapping_failed
from asr.reasons import reason
from asr.resources.azure_view import AzureView
from asr.resources.kind import Compared, Ids, Kind
from asr.resources.queries import CONTAINER_MAPPINGS

type Mappings = tuple[ContainerMapping, ...]


async def read(view: AzureView, spec: ContainerMappingSpec, _ids: Ids) -> Mappings:
    """The vault's container mappings."""
    return await view.see(CONTAINER_MAPPINGS, spec.vault_id)


def diff(found: Mappings, spec: ContainerMappingSpec, ids: Ids) -> Change:
    """The mapping of this pair under this policy, once it is in force."""
    source, target, policy = _pair(spec, ids)
    match choose_container_mapping(found, source, target, policy, spec.name):
        case ContainerMapping() as mapping if mapping.state == PAIRED:
            return adopt(mapping.id, "it pairs these containers under this policy")
        case ContainerMapping() as mapping if mapping_failed(mapping.state):
            return refuse(mapping.id, reason("MappingFailed", mapping=mapping.id, state=mapping.state))
        case ContainerMapping() as mapping:
            return wait(mapping.id, f"{mapping.name} is {mapping.state}")
        case name:
            return create(
                container_mapping_id(source, name),
                "nothing pairs these containers under this policy",
                targetContainerId=target,
                policyId=policy,
                automationAccountId=spec.automation_account_id,
            )


async def apply(azure: Azure, compared: Compared[ContainerMappingSpec, Mappings]) -> Operation | None:
    """Begin to create the mapping."""
    source, target, policy = _pair(compared.spec, compared.ids)
    return await begin_create_container_mapping(
        azure,
        source,
        compared.change.name,
        target_container_id=target,
        policy_id=policy,
        automation_account_id=compared.spec.automation_account_id,
    )


async def assume(view: AzureView, compared: Compared[ContainerMappingSpec, Mappings]) -> None:
    """The vault lists the mapping."""
    vault, change = compared.spec.vault_id, compared.change
    listed = await view.see(CONTAINER_MAPPINGS, vault)
    made = ContainerMapping(change.id, change.name, *_pair(compared.spec, compared.ids), PAIRED)
    view.assume(CONTAINER_MAPPINGS, vault, (*listed, made))


def _pair(spec: ContainerMappingSpec, ids: Ids) -> tuple[str, str, str]:
    return ids[spec.source_container_key], ids[spec.target_container_key], ids[spec.policy_key]


CONTAINER_MAPPING = Kind("container mapping", ContainerMappingSpec, read, diff, apply, assume)
