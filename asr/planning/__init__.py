"""Every rule about a VM: pure functions from recorded facts to decisions. No input, output, clock or environment.

The decision about one VM
    protection: decides      protection_plan: what protecting it takes, or why not      eligibility: rules about the VM
    preflight: rules about what stands around it (locks, quotas ...)      systems: guest systems      disks      zones
    unread: what may not be read      rights: what an identity lacks
    outbound: security groups      losses: what the recovered VM will not have      regions, vaults, network, placement,
    storage: where to, one question each      targets: what tags and requests name      candidates: what can be chosen
    origins: who made each choice      asked: mistakes in a request      naming: every name that the product gives

What it stands on, and plans
    foundation: the requirements in their order      keys: their names      reconcile, suitability: what is there
    against what is wanted      claims: who builds what      job_waiters: who waits for which job      plan, plan_diff,
    plan_cost: plans, their hash, what has moved, costs

Runs and the fleet
    unprotection, end_changes: whether a protection may end, and what that changes      grace: what ends by itself
    lifecycle: when a VM's runs start and end      run_index: their index      run_times: how long one still takes
    outcomes: how they end      events: which Event Grid events count      requests: who asked      sweep, schedule:
    what a sweep asks for, and how often
    fleet_state, fleet_rows: how a VM stands      readings: what was read of it
    states: Site Recovery's states      drift, drift_table, drift_reports, adoption: an item against what was asked for
    replicated_disks: its disks      completion, around_changes, completion_steps: what is to be written of it and
    around it      led: by which of many      contest: what others set back
    homes: whose item it is after a failover      slim: what a snapshot keeps of records
    objectives: how old recovery points may be      announcements: what others are told of all that
    audit: the trail of what was done      run_news: what a run tells them by how it ended
    lasting: what they are told again when it is over

Failover
    failover: what an item's state allows      failover_offer: the same in words of requests
    recovery_points: from which point      reprotection: what the way back needs
    source: whether it has stopped      failover_outcomes: how such runs end
    waves: recovery plans of tags, and their order
    plan_members: which VMs they are of      wave_outcomes: how their waves end
    failover_plan: what a failover would do, told before      unfound: what is decided without an item
    left_vm: what a fail-back left
    drill_gates: what has to hold      drill: measures, result      drill_outcomes: how such runs end
    evidence: the chain      evidence_facts, failover_evidence: what is kept in it
    verification: whether the last drill still counts
    plan_export: plans as Site Recovery's own
"""
