"""Entities as functions and classes, locks of two, signals between them."""
# mypy: ignore-errors

from datetime import UTC, datetime, timedelta

import azure.durable_functions as df
from durabletask import task
from durabletask.entities import DurableEntity, EntityContext, EntityInstanceId

bp = df.Blueprint()


@bp.entity_trigger(context_name="context")
class Account(DurableEntity):
    """A balance that tells its bank of every change."""

    def balance(self, _=None) -> int:
        """The balance."""
        return self.get_state(int, 0)

    def add(self, amount: int) -> int:
        """Change the balance."""
        self.set_state(self.balance() + amount)
        return self.balance()

    def add_and_tell(self, change: dict) -> None:
        """Change the balance and signal the bank, which starts an audit."""
        self.add(change["amount"])
        self.signal_entity(EntityInstanceId("bank", change["bank"]), "moved", input=change["amount"])

    def add_later(self, amount: int) -> None:
        """Signal oneself in a moment."""
        later = datetime.now(UTC) + timedelta(milliseconds=300)
        self.signal_entity(self.entity_context.entity_id, "add", input=amount, signal_time=later)


@bp.entity_trigger(context_name="context", entity_name="bank")
def bank_function(context: EntityContext, given=None):
    """A function with the context and input of durabletask; each movement starts an orchestration."""
    if context.operation == "moved":
        state = context.get_state(dict, {"moved": 0, "audits": []})
        audit = context.schedule_new_orchestration("audit", input=given)
        context.set_state({"moved": state["moved"] + given, "audits": [*state["audits"], audit]})
    return context.get_state(dict)


@bp.orchestration_trigger(context_name="context")
def audit(ctx: task.OrchestrationContext, amount: int):
    """Started by an entity."""
    return (yield ctx.call_activity("echo", input=amount))


@bp.orchestration_trigger(context_name="context")
def transfer(ctx: task.OrchestrationContext, order: dict):
    """Move money under both locks, named in the order's own order."""
    source, target = EntityInstanceId("Account", order["from"]), EntityInstanceId("Account", order["to"])
    with (yield ctx.lock_entities([source, target])):
        balance = yield ctx.call_entity(source, "balance")
        yield ctx.call_activity("echo", input="slow")
        yield ctx.call_entity(source, "add", -1)
        yield ctx.call_entity(target, "add", 1)
        after = yield ctx.call_entity(source, "balance")
    return after == balance - 1


@bp.orchestration_trigger(context_name="context")
def signal_then_lock(ctx: task.OrchestrationContext, key: str):
    """What was sent before the lock is done before the lock is granted."""
    account = EntityInstanceId("Account", key)
    for _ in range(5):
        ctx.signal_entity(account, "add", 1)
    with (yield ctx.lock_entities([account])):
        balance = yield ctx.call_entity(account, "balance")
    return balance


@bp.orchestration_trigger(context_name="context")
def fail_in_section(ctx: task.OrchestrationContext, key: str):
    """Raise while a lock is held."""
    account = EntityInstanceId("Account", key)
    with (yield ctx.lock_entities([account])):
        yield ctx.call_entity(account, "add", 1)
        raise ValueError("in the critical section")


@bp.orchestration_trigger(context_name="context")
def wait_in_line(ctx: task.OrchestrationContext, key: str):
    """Hold a lock until told to leave."""
    account = EntityInstanceId("Account", key)
    ctx.set_custom_status("waiting")
    with (yield ctx.lock_entities([account])):
        ctx.set_custom_status("locked")
        yield ctx.wait_for_external_event("leave")
