"""What nobody has to approve bypasses both approvals; what somebody has to does not."""

from __future__ import annotations

from orderloom import Subject, Writing
from orderloom_procurement.requests.checking import misplaced

TRIAGE = "triage"  # the module's own action: nobody has to ask for it


def triage(request: Subject, writing: Writing) -> None:
    """Move a request that waits for nobody, or bypasses somebody, to where it belongs.

    Source: BackOps, approvals ("automatically bypassed").
    """
    if misplaced(request):
        writing.perform(request, TRIAGE)
