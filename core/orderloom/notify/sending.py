"""Sending a batch of leased mail deliveries."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from orderloom.errors import Refused
from orderloom.notify.delivery import Dead, Delivery, Outcome, Retry
from orderloom.notify.messages import Enclosed, build
from orderloom.notify.settings import MailSettings
from orderloom.notify.transport import Send, Transport

MOST_UNNOTED: Final = 20
LONGEST_UNNOTED: Final = 0.2  # seconds


def send_batch(
    deliveries: Iterable[Delivery],
    transport: Transport,
    enclosed: Callable[[Delivery], Enclosed],
    settings: MailSettings,
) -> Iterator[tuple[Delivery, Outcome]]:
    """Send deliveries through one session of a transport.

    One that cannot be made or sent never stops the others.

    Args:
        enclosed: what goes with a delivery, asked when its turn comes.

    Yields:
        Each delivery with its outcome as soon as it is known; whoever dies before it is noted has
        it sent again, under the same Message-ID.
    """
    with transport.session() as send:
        for delivery in deliveries:
            yield delivery, _outcome(delivery, send, enclosed, settings)


def in_groups(
    sent: Iterable[tuple[Delivery, Outcome]],
    *,
    most: int = MOST_UNNOTED,
    within: float = LONGEST_UNNOTED,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[list[tuple[Delivery, Outcome]]]:
    """Outcomes to be noted together, as one commit for each would take longer than the sending.

    Args:
        sent: as `send_batch` yields them.
        most: how many at a time; so many a crash sends twice at the most.
        within: seconds after which a group is full anyway, so that a slow server has few unnoted.
        clock: tells the seconds.
    """
    group: list[tuple[Delivery, Outcome]] = []
    began = clock()
    for one in sent:
        group.append(one)
        if len(group) >= most or clock() - began >= within:
            yield group
            group, began = [], clock()
    if group:
        yield group


def _outcome(
    delivery: Delivery,
    send: Send,
    enclosed: Callable[[Delivery], Enclosed],
    settings: MailSettings,
) -> Outcome:
    try:
        files = enclosed(delivery)
        message = build(delivery, settings, (*files.needed, *files.spare))
    except Refused as refusal:
        return Dead(str(refusal))
    except Exception as error:  # one that cannot be made must not hold up the others
        return Retry(f"The message could not be made: {type(error).__name__}: {error}")
    outcome = send(delivery, message)
    if files.spare and isinstance(outcome, Dead):  # perhaps too heavy, or of a kind it never takes
        outcome = send(delivery, build(delivery, settings, files.needed))
    return outcome
