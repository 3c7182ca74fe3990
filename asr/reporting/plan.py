"""Plans as JSON values. Pure."""

from collections.abc import Sequence
from typing import Any

from asr.codec import encode
from asr.model.decision import ProtectionPlan
from asr.model.matrix import Matrix
from asr.planning.plan import PlannedResource, VmPlan, plan_hash
from asr.planning.plan_cost import CostInput, Estimate
from asr.planning.plan_diff import Moved
from asr.reporting.outcome import reasons_shown
from asr.reporting.status import decided


def plans(planned: Sequence[VmPlan], matrix: Matrix, tag_prefix: str) -> dict[str, Any]:
    """The answer of POST /api/plans, with the support matrix that judged."""
    return {
        "hash": plan_hash(planned),
        "supportMatrix": {"version": matrix.version, "asOf": matrix.as_of},
        "armWrites": sum(plan.writes for plan in planned),
        "plans": [vm_plan(plan, tag_prefix) for plan in planned],
    }


def vm_plan(plan: VmPlan, prefix: str) -> dict[str, Any]:
    """One VM's part."""
    wanted = plan.decision.plan
    return {
        "vmId": plan.vm_id,
        "name": plan.name,
        "decision": decided(plan.decision, prefix),
        "region": _region(wanted) if wanted else None,
        "choices": [encode(choice) for choice in wanted.choices] if wanted else [],
        "resources": [_resource(resource, prefix) for resource in plan.resources],
        "protectedItem": _item(plan.item, prefix) if plan.item else None,
        "reasons": reasons_shown(plan.reasons, prefix),
        "warnings": reasons_shown(plan.decision.warnings, prefix),
        "estimatedCost": _cost(plan.estimate) if plan.estimate else None,
        "armWrites": plan.writes,
        "hash": plan.hash,
    }


def difference(moved: Moved, prefix: str) -> dict[str, Any]:
    """One entry of the diff between a kept plan and the plan of now."""
    return {
        "vmId": moved.vm_id,
        "kind": moved.kind,
        "id": moved.id,
        "name": moved.id.rsplit("/", 1)[-1],
        "sentence": _moved(moved, prefix),
        "changed": list(moved.changed),
        "planned": moved.planned,
        "now": moved.now,
    }


def _moved(moved: Moved, prefix: str) -> str:
    told = [reason["sentence"] for reason in reasons_shown(moved.reasons, prefix)]
    return f"{moved.sentence.rstrip('.')}: {' '.join(told)}" if told else moved.sentence


def _region(plan: ProtectionPlan) -> dict[str, Any]:
    return {"source": plan.source_region, "recovery": plan.recovery_region, "because": plan.region_reason}


def _resource(resource: PlannedResource, prefix: str) -> dict[str, Any]:
    told = [reason["sentence"] for reason in reasons_shown(resource.problems, prefix)]
    return {
        "kind": resource.kind,
        "action": resource.change_type.value,
        "name": resource.name,
        "id": resource.id,
        "values": dict(resource.values),
        "because": " ".join(told) or resource.because,
    }


def _item(item: PlannedResource, prefix: str) -> dict[str, Any]:
    """The disks stand beside the other values: they are what people look for."""
    shown = _resource(item, prefix)
    return {**shown, "disks": shown["values"].pop("disks", [])}


def _cost(estimate: Estimate) -> dict[str, Any]:
    return {
        "currency": estimate.prices.currency,
        "perMonth": round(estimate.per_month, 2),
        "estimate": True,
        "pricesAsOf": estimate.prices.as_of,
        "inputs": [_line(line) for line in estimate.inputs],
    }


def _line(line: CostInput) -> dict[str, Any]:
    return {
        "what": line.what,
        "quantity": round(line.quantity, 3),
        "unit": line.rate.unit,
        "price": line.rate.price,
        "perMonth": round(line.per_month, 2),
        "because": line.because,
        "basis": line.rate.basis,
        "note": line.rate.note,
        "source": line.rate.source,
    }
