"""Use cases: each joins the gateway's reads with the decisions of `asr.planning`."""
