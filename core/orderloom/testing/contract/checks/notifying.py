"""What happens after the commit: mails that arrive, reactions that bear to hear twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from orderloom.errors import Refused
from orderloom.lifecycle import Lifecycle
from orderloom.modules import HOOKS
from orderloom.modules.contributions import Notification
from orderloom.notify import DONE, Delivery
from orderloom.notify.templates.catalogues import catalogues
from orderloom.notify.templates.choosing import shipped
from orderloom.orders import events
from orderloom.testing.contract.case import Case
from orderloom.testing.contract.finding import SOUND, TOURED, Finding, check
from orderloom.testing.contract.rows import differing, dump
from orderloom.values import nearest

_EVENTS = (
    events.PLACED, events.EDITED, events.MOVED, events.DELETED, events.RESTORED, events.NOTED,
    events.ATTACHED, events.ISSUED, events.ERASED, events.HELD, events.APPROVED, events.REFUSED,
    events.ESCALATED,
)  # fmt: skip
# Limits are on roles of the module, and the tour is an admin's, who has none of them.
_UNHEARD = (events.HELD, events.APPROVED, events.REFUSED, events.ESCALATED)
_PLACEHOLDER = re.compile(r"\{\w+\}")


@check(SOUND)
def notifications_listen(case: Case) -> Iterator[Finding]:
    """Its notifications listen to events there are, and its catalogues translate them whole."""
    for one in case.registered("register_notifications"):
        lifecycle: Lifecycle = case.assembly.lifecycles[one.type].lifecycle
        known = (*_EVENTS, *(action.name for action in lifecycle.all_actions))
        if one.on not in known:
            near = nearest(one.on, known, otherwise=", ".join(known))
            yield Finding(
                f"Notification {one.key} listens to {one.on}, which never happens.",
                f"To have it sent, use: {near}.",
            )
        document = case.assembly.documents.get(one.attach)
        if one.attach and (document is None or document.type != one.type):
            yield Finding(
                f"Notification {one.key} attaches {one.attach}, which is no document of "
                f"{one.type}.",
                "To attach one, name a document registered for the type.",
            )
        brought = {kind.kind for action in lifecycle.all_actions for kind in action.attaches}
        for kind in sorted(set(one.files) - brought):
            yield Finding(
                f"Notification {one.key} is mailed with files of the kind {kind}, which come with "
                f"no action of {one.type}.",
                f"To have some go with it, use: {nearest(kind, brought, otherwise='none')}.",
            )
        yield from _untranslated(one, case.assembly.locales[case.key])


def _untranslated(one: Notification, package: str) -> Iterator[Finding]:
    """Readers of a language get English unless all of a template is translated into it."""
    for language in catalogues(package):
        remedy = f"To have it read in {language}, translate all of its texts in {package}."
        try:
            if shipped(one.template, one.names, package, language) is None:
                yield Finding(f"Notification {one.key} is not translated into {language}.", remedy)
        except Refused as refusal:
            yield Finding(f"Notification {one.key} is mistranslated: {refusal}", remedy)


@check(TOURED)
def notifications_reach_people(case: Case) -> Iterator[Finding]:
    """Each of its notifications was owed to somebody, written, and sent."""
    sent = case.deliveries
    for one in case.registered("register_notifications"):
        if any(finding for finding in notifications_listen.find(case) if one.key in finding.what):
            continue
        own = [delivery for delivery in sent if delivery.source == one.key]
        lifecycle: Lifecycle = case.assembly.lifecycles[one.type].lifecycle
        silent = one.key in case.told or _is_of_approvals(one, lifecycle)
        yield from _reaches(one, own, silent=silent)


def _is_of_approvals(one: Notification, lifecycle: Lifecycle) -> bool:
    """Whether it may be about nothing but what waits for approvals, or did."""
    waiting = [action.name for action in lifecycle.all_actions if action.waits_in]
    narrowed = one.when is not None and bool(waiting) and one.on in (events.EDITED, *waiting)
    return one.on in _UNHEARD or narrowed


def _reaches(one: Notification, own: list[Delivery], *, silent: bool) -> Iterator[Finding]:
    if not own and not silent:
        yield Finding(
            f"Notification {one.key} was never owed to anybody.",
            "To have it looked at, place something in samples.py that it is about.",
        )
    for delivery in own:
        if delivery.state != DONE:
            yield Finding(
                f"Notification {one.key} was not sent: {delivery.error}",
                "To have it sent, mend what it writes or attaches.",
            )
            return
        text = f"{delivery.payload.get('subject', '')}\n{delivery.payload.get('text', '')}"
        if hole := _PLACEHOLDER.search(text):
            yield Finding(
                f"Notification {one.key} is not filled in: {hole[0]}",
                "To fill it in, write the placeholder in single braces, and register it.",
            )
            return


@check(TOURED)
def reactions_bear_repetition(case: Case) -> Iterator[Finding]:
    """Its after_* hooks succeed, and hearing of the same event twice does no harm."""
    prefix = f"ol_{case.key}"
    for hook in (name for name in case.probe.hooks if HOOKS[name].form == "after"):
        source = f"{case.key}:{hook}"
        failed = [one for one in case.worked if one.about == source and one.outcome != "sent"]
        if failed:
            yield Finding(
                f"{hook} fails: {failed[0].reason}", "To have it heard of, mend the hook."
            )
            continue
        before = dump(case.bench.loom.engine, prefix=prefix)
        case.hear_again(source)
        again = [one for one in case.bench.work() if one.about == source and one.outcome != "sent"]
        if again:
            yield Finding(
                f"{hook} cannot hear of the same event twice: {again[0].reason}",
                "To bear it, remember event.id, or do what is the same when done twice.",
            )
        if changed := differing(before, dump(case.bench.loom.engine, prefix=prefix)):
            yield Finding(
                f"{hook} does it again when it hears of the same event twice ({changed}).",
                "To bear it, remember event.id, or do what is the same when done twice.",
            )
