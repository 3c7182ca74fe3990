"""Use cases: each joins the gateway's reads with the decisions of `asr.planning`.

decide: what a run is to do about a VM      changes: what that takes, compared without a write what_if: plans
item_around: what stands around an item, where that is compared
run_plans: what a run decided, in the store      status, standing: one VM, now asked_for: whether an event's VM asks
requested, known: what is asked for a VM, and what the store knows of it machines: which VMs a caller means
unprotect, grace: what ends a protection, and how      remove_left, targets_left: what it leaves is put away
protectable, targets: what can be protected, and to where fleet, fleet_reading, fleet_joining, fleet_needs,
fleet_snapshot: the fleet, read by pages into a snapshot      health: the app itself
rights: what it lacks      events_out: others are told
audit: what was done, for as long as the store keeps it      noticed: what others did to an item
failover: what a failover would do      failover_acts: what carries it out      reprotection: the way back
recovery_plans: the plans that tags make      failover_probes: what a recovered VM answers
drills: gates      drill_ends: clean-up, evidence      drill_probes: what a test VM answers
    giving_way: they give way to real failovers
    drilled: what is remembered      drill_requests: the gates of many VMs at once
    left_vms: what a fail-back left
    drill_machines: of which VMs, in which waves      evidence: of failovers, and the check of the chain
failover_plans: what a failover would do      plan_export: plans written for the portal
told_fleet: what charts and alerts are told of the fleet
operations: addresses of what runs, kept in the store      points: the newest recovery points
"""
