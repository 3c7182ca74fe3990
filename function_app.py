"""Every function of the app, registered by name; what a function does is imported from its module at its first call."""

import azure.durable_functions as df
import azure.functions as func

from triggers import event_times  # noqa: F401 - notes when the process started
from triggers.on_demand import activity, entity, events, orchestrator, page, route, timer

app = df.DFApp(http_auth_level=func.AuthLevel.FUNCTION)

events(app, "triggers.events", "on_vm_event")
timer(app, "triggers.schedule", "sweep_timer", "%ASR_SWEEP_SCHEDULE%")
timer(app, "triggers.drill_schedule", "drill_timer", "0 5/10 * * * *")
timer(app, "triggers.audit_trail", "audit_timer", "0 30 0 * * *")

for _module, _method, _path, _name in (
    ("triggers.http.protections", "POST", "protections", "start_protections"),
    ("triggers.http.unprotections", "DELETE", "protections", "end_protection"),
    ("triggers.http.protections", "GET", "protections", "read_protections"),
    ("triggers.http.protections", "GET", "protections/history", "read_history"),
    ("triggers.http.fleet", "GET", "summary", "read_summary"),
    ("triggers.http.fleet", "GET", "drift", "read_drift"),
    ("triggers.http.audit", "GET", "audit", "read_audit_trail"),
    ("triggers.http.failovers", "POST", "failovers", "start_failovers"),
    ("triggers.http.failovers", "POST", "failovers/cleanup", "clean_up_failovers"),
    ("triggers.http.failovers", "POST", "failovers/point", "change_failover_points"),
    ("triggers.http.failovers", "POST", "failovers/cancel", "cancel_failovers"),
    ("triggers.http.failovers", "POST", "failovers/commit", "commit_failovers"),
    ("triggers.http.failovers", "POST", "failovers/reprotect", "reprotect_failovers"),
    ("triggers.http.failovers", "POST", "failovers/failback", "fail_back_failovers"),
    ("triggers.http.failover_points", "GET", "failovers/points", "read_recovery_points"),
    ("triggers.http.recovery_plans", "GET", "failovers/plans", "list_recovery_plans"),
    ("triggers.http.recovery_plans", "POST", "failovers/plans/export", "export_recovery_plan"),
    ("triggers.http.drift", "POST", "drift", "apply_drift"),
    ("triggers.http.drills", "POST", "drills", "start_drill"),
    ("triggers.http.drills", "GET", "drills", "read_drills"),
    ("triggers.http.drills", "GET", "drills/{id}", "read_one_drill"),
    ("triggers.http.drill_cancelling", "POST", "drills/{id}/cancel", "cancel_drill"),
    ("triggers.http.evidence", "GET", "evidence", "read_chain"),
    ("triggers.http.evidence", "GET", "evidence/{number}", "read_one_evidence"),
    ("triggers.http.plans", "POST", "plans", "plan_protections"),
    ("triggers.http.plans", "GET", "targets", "list_targets"),
    ("triggers.http.plans", "GET", "protectable", "list_protectable"),
    ("triggers.http.sweeps", "POST", "sweeps", "start_sweep"),
    ("triggers.http.runs", "GET", "runs/{id}", "read_run_status"),
    ("triggers.http.resuming", "POST", "runs/{id}/resume", "resume_run"),
    ("triggers.http.service", "GET", "health", "health"),
    ("triggers.http.service", "GET", "openapi.json", "openapi"),
):
    route(app, _module, _method, _path, _name)

page(app, "triggers.http.dashboard", "dashboard", "show_dashboard")
page(app, "triggers.http.dashboard", "dashboard/{file}", "show_dashboard_file")

for _module, _name in (
    ("orchestrators.failover", "fail_over"),
    ("orchestrators.waves", "fail_over_waves"),
    ("orchestrators.drill", "drill"),
    ("orchestrators.drill", "drill_vm"),
    ("orchestrators.protect", "protect_vm"),
    ("orchestrators.unprotect", "unprotect_vm"),
    ("orchestrators.sweep", "sweep"),
    ("orchestrators.follow_jobs", "follow_jobs"),
):
    orchestrator(app, _module, _name)

for _module, _name in (
    ("entities.virtual_machine", "VirtualMachine"),
    ("entities.foundation", "Foundation"),
    ("entities.job_waiters", "JobWaiters"),
    ("entities.plan", "Plan"),
):
    entity(app, _module, _name)

for _module, _name in (
    ("activities.decide", "decide_protection"),
    ("activities.ensure", "ensure_resource_group"),
    ("activities.ensure", "ensure_vault"),
    ("activities.ensure", "ensure_storage_account"),
    ("activities.ensure", "ensure_proximity_placement_group"),
    ("activities.ensure", "ensure_availability_set"),
    ("activities.ensure", "ensure_virtual_network"),
    ("activities.ensure", "ensure_fabric"),
    ("activities.ensure", "ensure_container"),
    ("activities.ensure", "ensure_policy"),
    ("activities.ensure", "ensure_container_mapping"),
    ("activities.ensure", "ensure_network_mapping"),
    ("activities.protection", "enable_protection"),
    ("activities.completion", "complete_protection"),
    ("activities.completion", "add_disks"),
    ("activities.completion", "map_network"),
    ("activities.around_changes", "change_policy"),
    ("activities.around_changes", "update_agents"),
    ("activities.around_changes", "dismiss_warning"),
    ("activities.drill", "decide_drill"),
    ("activities.drill", "probe_drill"),
    ("activities.drill", "decide_clean_up"),
    ("activities.drill", "remove_test_machine"),
    ("activities.drill", "close_drill"),
    ("activities.drill", "refresh_health"),
    ("activities.drill", "keep_evidence"),
    ("activities.failover", "decide_failover"),
    ("activities.failover", "prepare_reprotection"),
    ("activities.failover", "carry_out_failover"),
    ("activities.failover", "remove_left_vm"),
    ("activities.waves", "read_wave"),
    ("activities.waves", "probe_failover"),
    ("activities.failover", "keep_failover_evidence"),
    ("activities.poll_operation", "poll_operation"),
    ("activities.publish", "publish_outcome"),
    ("activities.publish", "publish_kept"),
    ("activities.run_plan", "forget_run_plan"),
    ("activities.sweep", "read_machine_page"),
    ("activities.sweep", "read_vault_items"),
    ("activities.end_decision", "decide_ending"),
    ("activities.unprotect", "set_tag_to_false"),
    ("activities.unprotect", "clean_up_test"),
    ("activities.unprotect", "leave_recovery_plans"),
    ("activities.unprotect", "start_vm"),
    ("activities.unprotect", "disable_protection"),
    ("activities.unprotect", "remove_leftovers"),
    ("activities.unprotect", "remove_targets"),
    ("activities.unprotect", "stop_vm"),
    ("activities.end_decision", "finish_ending"),
):
    activity(app, _module, _name)

for _module, _name in (
    ("activities.ended_runs", "find_ended_runs"),
    ("activities.drill", "find_ended_parts"),
    ("activities.waves", "find_ended_members"),
    ("activities.jobs", "tell_job_waiters"),
    ("activities.sweep", "keep_vm_states"),
    ("activities.sweep", "compare_page"),
    ("activities.sweep", "finish_sweep"),
):
    activity(app, _module, _name, with_client=True)
