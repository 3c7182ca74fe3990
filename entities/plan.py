"""One entity per plan: what was planned, so that it can be said later what has moved."""

from durabletask.entities import DurableEntity


class Plan(DurableEntity):
    """`Plan@<hash>`. Operations: keep, forget. The state is a `SavedPlan` (`asr.planning.plan_diff`), packed."""

    def keep(self, plan: str) -> None:
        """Keep the plan; plans of one hash would do the same, so the first stays."""
        if not self.get_state(str):
            self.set_state(plan)

    def forget(self) -> None:
        """The plan is so old that nobody will come back with it."""
        self.set_state(None)
