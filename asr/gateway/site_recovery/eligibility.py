"""What Site Recovery itself says about whether a VM can be protected."""

from functools import partial

from asr.gateway.error_body import MOST_ERRORS
from asr.gateway.redact import quoted
from asr.gateway.session import Azure
from asr.model.resource_id import key, parse
from asr.model.vm_facts import EligibilityError


async def eligibility(azure: Azure, vm_id: str) -> tuple[EligibilityError, ...]:
    """Site Recovery's own reasons against protecting the VM; none means that it may be protected.

    Source: Replication Eligibility Results - Get.
    """
    return await azure.memory.recall(("eligibility", key(vm_id)), 0, partial(_ask, azure, vm_id))


async def _ask(azure: Azure, vm_id: str) -> tuple[EligibilityError, ...]:
    vm = parse(vm_id)
    with azure.calling(f"GET {vm_id}/providers/Microsoft.RecoveryServices/replicationEligibilityResults/default"):
        results = await azure.site_recovery(vm.subscription).replication_eligibility_results.get(
            vm.resource_group, vm.name
        )
        errors = (results.properties.errors if results.properties else None) or []
        return tuple(
            EligibilityError(
                code=error.code or "",
                message=quoted(error.message),
                possible_causes=quoted(error.possible_causes),
                recommended_action=quoted(error.recommended_action),
            )
            for error in errors[:MOST_ERRORS]
        )
