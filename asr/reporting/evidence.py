"""Evidence from the chain to what HTTP shows. Pure."""

from asr.codec import encode
from asr.model.evidence import CheckedChain, Evidence
from asr.planning.evidence import is_whole
from asr.reporting.answers import evidence as answers


def chain_shown(checked: CheckedChain) -> answers.EvidenceChain:
    """The chain, or a part of it, with what is wrong in it."""
    return answers.EvidenceChain(
        whole=not checked.problems,
        total=checked.total,
        checked=len(checked.evidence),
        problems=[answers.ChainProblem(number=number, problem=text) for number, text in checked.problems],
        evidence=[_entry(one) for one in checked.evidence],
        next=checked.next,
    )


def document_shown(evidence: Evidence) -> answers.EvidenceDocument:
    """One document, as it is kept."""
    return answers.EvidenceDocument(**encode(evidence), whole=is_whole(evidence))


def _entry(evidence: Evidence) -> answers.EvidenceEntry:
    facts = evidence.facts
    asked = facts.get("askedAt")
    return answers.EvidenceEntry(
        number=evidence.number,
        about=evidence.about,
        kind=str(facts.get("kind")),
        result=str(facts.get("result")),
        asked_at=str(asked) if asked is not None else None,
        kept_at=evidence.kept_at,
        hash=evidence.hash,
    )
