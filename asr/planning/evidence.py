"""Evidence: a chain of hashes, in which a later change shows. What is in it: `evidence_facts`. Pure."""

import json
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

from asr.codec import encode
from asr.model.evidence import Evidence


def evidence_of(number: int, about: str, facts: Mapping[str, Any], previous: str | None, kept_at: str) -> Evidence:
    """The evidence of these facts, as the next of the chain."""
    made = Evidence(number, about, kept_at, facts, previous, "")
    return replace(made, hash=hash_chained(made))


def hash_chained(evidence: Evidence) -> str:
    """The hash of all of it together with the hash before: SHA-256 of canonical JSON."""
    return hash_of({name: value for name, value in encode(evidence).items() if name != "hash"})


def is_whole(evidence: Evidence) -> bool:
    """Whether the evidence is as it was written."""
    return hash_chained(evidence) == evidence.hash


def chain_problems(known: Mapping[int, Evidence | None], before: Evidence | None = None) -> list[tuple[int, str]]:
    """What is wrong with these evidences, by number; `before` is the one before the least of them.

    None: there is none of this number, or it cannot be read. What follows a missing one is compared with nothing.
    """
    found = list[tuple[int, str]]()
    previous = before
    for number in sorted(known):
        evidence = known[number]
        if evidence is None:
            found.append((number, "it is missing, or cannot be read"))
        elif not is_whole(evidence) or evidence.number != number:
            found.append((number, "it was changed since it was written"))
        elif number == 1 and evidence.previous is not None:
            found.append((number, "it names one before it, and is the first"))
        elif previous is not None and evidence.previous != previous.hash:
            found.append((number, "the one before it was changed since, or another was put in its place"))
        previous = evidence
    return found


def hash_of(value: Any) -> str:
    """SHA-256 of the canonical JSON of plain values."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
