"""All input and output with Azure: behaviour without decisions, and no state but the connection.

Every function takes the session first, is a coroutine, and raises nothing but `asr.errors`: `Throttled` and
`TransientFault` for what a retry can cure, `Rejected` for what it cannot. Nothing here waits for a long operation: a
`begin_*` or `put_*` answers the `Operation` that was begun (None when Azure was done at once), and `poll` asks how it
stands. What does not exist is None, wherever absence is an answer.

The connection
    session: `connect()` answers the process's one `Azure`      pipeline: what every request passes, in order
    access_token: who the app is      fence: where requests may go, and what may be written
    budget, buckets, limits: permits within Azure's limits      ledger, ledgers, allowance: how workers share them
    urgency: who goes first      turns: whose gathering is next      memory, remembered: what was read a moment ago
    shared: what one worker has read and all need
    deadline, paging, answers: requests and lists end, and answers are Azure's      concurrency: several at once
    observed: what is told of each request
    transport: the HTTP connections      clock: what time it is      reachability: whether Azure answers
    rights: what the app may do

Answers and refusals
    document: reading JSON that may lack anything      headers      begun, operations: long operations
    translate, error_body, reasons: what Azure said, as errors and reasons      redact: without secrets
    refusals: what may not be read beside the rest      versions: the API version of each type

Reading and writing
    resources: any resource by its id      machines, networks, storage, security_groups, regions, quotas, vaults: facts
    named: what tags and requests name      facts, preflight: all that a decision is made from
    machine_placement: sets and proximity groups      batches: questions that come together are asked as one
    graph: a thousand machines at once      graph_resources: what is attached to a burst's machines
    targets: what the recovery side needs      site_recovery: its own package
    removal: what is taken away again      marks: the tags on what is made
    store: documents that outlive the task hub      requests, endings, fleet_store: who asked, which protections are to
    end, and the fleet's snapshot in it
    drill_turns: which drill has which VM
    drills: drills in the store      evidence_store: what is kept of them      drilled_store: each VM's last one
    drill_networks: what test networks reach      scripts: inside of a VM
    probes: a VM's port
    events_out: events to a topic of Event Grid's      event_store: those that are still to be sent
    run_times_store: how long runs took
    audit_store: the trail of what was done      recovery_runs: requests about recovery plans
"""
