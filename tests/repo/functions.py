"""The functions of the app, by kind: what a deployed app must show, no more and no less."""

TRIGGERS = frozenset(
    {
        "on_vm_event",
        "sweep_timer",
        "audit_timer",
        "drill_timer",
        "start_protections",
        "read_protections",
        "end_protection",
        "read_history",
        "plan_protections",
        "start_drill",
        "read_drills",
        "read_one_drill",
        "cancel_drill",
        "read_chain",
        "read_one_evidence",
        "start_failovers",
        "commit_failovers",
        "cancel_failovers",
        "change_failover_points",
        "reprotect_failovers",
        "fail_back_failovers",
        "clean_up_failovers",
        "list_protectable",
        "list_targets",
        "start_sweep",
        "read_run_status",
        "resume_run",
        "list_recovery_plans",
        "export_recovery_plan",
        "read_summary",
        "read_drift",
        "apply_drift",
        "read_audit_trail",
        "health",
        "openapi",
        "show_dashboard",
        "show_dashboard_file",
    }
)

ORCHESTRATORS = frozenset(
    {"protect_vm", "unprotect_vm", "fail_over", "fail_over_waves", "drill", "drill_vm", "sweep", "follow_jobs"}
)

ENTITIES = frozenset({"VirtualMachine", "Foundation", "JobWaiters", "Plan"})

ACTIVITIES = frozenset(
    {
        "decide_protection",
        "ensure_resource_group",
        "ensure_vault",
        "ensure_storage_account",
        "ensure_proximity_placement_group",
        "ensure_availability_set",
        "ensure_virtual_network",
        "ensure_fabric",
        "ensure_container",
        "ensure_policy",
        "ensure_container_mapping",
        "ensure_network_mapping",
        "enable_protection",
        "publish_outcome",
        "publish_kept",
        "find_ended_runs",
        "tell_job_waiters",
        "forget_run_plan",
        "poll_operation",
        "add_disks",
        "map_network",
        "change_policy",
        "update_agents",
        "dismiss_warning",
        "complete_protection",
        "decide_drill",
        "probe_drill",
        "decide_clean_up",
        "close_drill",
        "refresh_health",
        "keep_evidence",
        "find_ended_parts",
        "decide_failover",
        "prepare_reprotection",
        "carry_out_failover",
        "remove_left_vm",
        "read_wave",
        "probe_failover",
        "find_ended_members",
        "keep_failover_evidence",
        "keep_vm_states",
        "read_machine_page",
        "read_vault_items",
        "compare_page",
        "finish_sweep",
        "decide_ending",
        "set_tag_to_false",
        "clean_up_test",
        "leave_recovery_plans",
        "start_vm",
        "disable_protection",
        "remove_leftovers",
        "remove_targets",
        "stop_vm",
        "finish_ending",
    }
)

OF_THE_SDK = frozenset({"BuiltIn__HttpActivity", "BuiltIn__HttpPollOrchestrator"})
"""What the Durable SDK adds to every app, for durable HTTP calls; this app makes none."""

ALL = TRIGGERS | ORCHESTRATORS | ENTITIES | ACTIVITIES | OF_THE_SDK
