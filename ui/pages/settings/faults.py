"""What is wrong with rules, without the names of files."""

from __future__ import annotations

from branchseg.errors import BranchsegError, RuleError
from branchseg.messages import explain


def fault_sentences(error: BranchsegError) -> str:
    """Each fault once, one a line."""
    if isinstance(error, RuleError):
        return "\n".join(dict.fromkeys(fault.sentence for fault in error.faults))
    return explain(error)
