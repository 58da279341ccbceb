"""`orderloom approvals`."""

from __future__ import annotations

from orderloom.cli.commands.approvals.allowing import allow, allowances
from orderloom.cli.commands.approvals.deciding import approve, inbox, refuse, show
from orderloom.cli.commands.approvals.delegating import delegate, delegations, revoke
from orderloom.cli.commands.approvals.policies import policy
from orderloom.cli.commands.approvals.simulating import simulate
from orderloom.cli.groups import group


@group()
def approvals() -> None:
    """Approvals: what waits for you, who stands in for whom, who may order how much."""


for command in (
    inbox, show, approve, refuse, delegate, delegations, revoke, allow, allowances, policy,
    simulate,
):  # fmt: skip
    approvals.add_command(command)
