"""Sending a batch of leased mail deliveries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from orderloom.errors import Refused
from orderloom.notify.delivery import Dead, Delivery, Outcome, Retry
from orderloom.notify.messages import File, build
from orderloom.notify.settings import MailSettings
from orderloom.notify.transport import Send, Transport


def send_batch(
    deliveries: Iterable[Delivery],
    transport: Transport,
    attachments: Callable[[Delivery], File | None],
    settings: MailSettings,
) -> Iterator[tuple[Delivery, Outcome]]:
    """Send deliveries through one session of a transport.

    One that cannot be made or sent never stops the others.

    Args:
        attachments: the document that goes with a delivery, rendered.

    Yields:
        Each delivery with its outcome as soon as it is known, to be noted before the next is sent:
        then a crash sends at most one of them twice.
    """
    with transport.session() as send:
        for delivery in deliveries:
            yield delivery, _outcome(delivery, send, attachments, settings)


def _outcome(
    delivery: Delivery,
    send: Send,
    attachments: Callable[[Delivery], File | None],
    settings: MailSettings,
) -> Outcome:
    try:
        message = build(delivery, settings, attachments(delivery))
    except Refused as refusal:
        return Dead(str(refusal))
    except Exception as error:  # one that cannot be made must not hold up the others
        return Retry(f"The message could not be made: {type(error).__name__}: {error}")
    return send(delivery, message)
