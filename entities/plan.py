"""One entity per plan: what was planned, so that it can be said later what has moved."""

from durabletask.entities import DurableEntity


class Plan(DurableEntity):
    """`Plan@<hash>`. Operations: keep, forget. The state is a `asr.planning.plan_diff.SavedPlan` as JSON values."""

    def keep(self, plan: dict) -> None:
        """Keep the plan; plans of one hash would do the same, so the first stays."""
        if not self.get_state(dict):
            self.set_state(plan)

    def forget(self) -> None:
        """The plan is so old that nobody will come back with it."""
        self.set_state(None)
