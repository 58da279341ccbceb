"""Notifications: who is told what when an event happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from orderloom.errors import Problem, Refused
from orderloom.modules.contributions.contexts import Reading
from orderloom.modules.contributions.templates import Template, Value, template_of
from orderloom.orders.events import Event
from orderloom.orders.subject import Subject
from orderloom.values import Scope, User

MAIL: Final = "mail"
INBOX: Final = "inbox"
CHANNELS: Final = (MAIL, INBOX)


@attrs.frozen
class Recipient:
    """Who gets it: a user, or somebody with an address alone.

    Attributes:
        address: e-mail address; a user's own if empty.
        name: shown beside it; a user's own if empty.
        language: of the message; a user's own if empty, or else the tenant's.
        user: id of a user: told in his inbox too, as he wants to be told, and only if he may know
            of the subject as it is then (`Notification.permission`).
        topic: a further one of `Notification.further` under which this user hears it: he is told
            as the stricter of the two lets him.
    """

    address: str = ""
    name: str = ""
    language: str = ""
    user: str = ""
    topic: str = ""


def _several(raw: str | Iterable[str]) -> tuple[str, ...]:
    return (raw,) if isinstance(raw, str) else tuple(raw)


def _known_channels(_: object, __: object, channels: tuple[str, ...]) -> None:
    if not channels or not set(channels) <= set(CHANNELS):
        text = "{given} are no channels. To tell somebody, use one or both of: {known}."
        params = {"given": ", ".join(map(str, channels)) or "(none)", "known": ", ".join(CHANNELS)}
        raise Refused([Problem("notification.channels", text, "channels", params=params)])


def _nothing(event: Event, subject: Subject, recipient: Recipient, reading: Reading) -> Any:
    return {}


@attrs.frozen(kw_only=True)
class Notification:
    """A message owed because of an event.

    Attributes:
        key: "procurement.rfq".
        type: the subject type it listens to.
        on: event name ("issued", "moved", "placed" …) or the name of an action ("send").
        recipients: rule that names them; one delivery for each and channel. Nobody → nothing is
            owed.
        template: what is written, in English. Translations of its texts come from the module's
            catalogues (`Module.locale`); a tenant may write its own.
        placeholders: names the template may use beside those of `standard_names`, each with a
            sample for previews.
        values: what stands for each of `placeholders`, for one recipient.
        when: narrows it further; None takes every such event.
        permission: whoever has it at the subject may be told by mail, though he may not open it;
            inboxes link to the subject and still take the right to read it. "": that right is what
            it takes for either.
        attach: key of the document type whose latest issue goes with a mail, "" for none. Such a
            mail is never gathered with others.
        files: kinds of files that go with a mail if the event brings some (`Attaches.kind`), to
            those who may see them. Such a mail is never gathered either.
        channels: MAIL, INBOX or both.
        topic: what users turn on and off together; its key if empty.
        further: title of each further topic its `recipients` may name for a user.
        mandatory: nobody can turn it off.

    Raises:
        Refused: [notification.channels]; what is wrong with the template, as `template_of`.
    """

    key: str
    title: str
    type: str
    on: str
    recipients: Callable[[Event, Subject, Reading], Iterable[Recipient]]
    template: Template
    placeholders: Mapping[str, Value] = attrs.field(factory=dict)
    values: Callable[[Event, Subject, Recipient, Reading], Mapping[str, Value]] = _nothing
    when: Callable[[Event, Subject], bool] | None = None
    permission: str = ""
    attach: str = ""
    files: tuple[str, ...] = attrs.field(default=(), converter=_several)
    channels: tuple[str, ...] = attrs.field(
        default=(MAIL,), converter=_several, validator=_known_channels
    )
    topic: str = attrs.field()
    further: Mapping[str, str] = attrs.field(factory=dict)
    mandatory: bool = False

    @topic.default
    def _topic_of_its_own(self) -> str:
        return self.key

    def __attrs_post_init__(self) -> None:
        read = template_of(self.template, self.names, f"notifications.{self.key}")
        object.__setattr__(self, "template", read)  # as catalogues have it: without outer space

    @property
    def names(self) -> tuple[str, ...]:
        """All placeholders its templates may use."""
        return (*standard_names(self.type), *self.placeholders)


def standard_names(type: str) -> tuple[str, ...]:
    """The placeholders every notification about a type has.

    The subject's are named by the last word of its type: `{order.number}` for a
    "procurement.order". Buyer and seller are those of an order, empty for other subjects.
    """
    noun = type.rpartition(".")[2]
    parts = ("number", "title", "status", "project", "buyer", "seller")
    others = ("actor.name", "reason", "recipient.name", "tenant.title")
    return (*(f"{noun}.{part}" for part in parts), *others)


def approvers(event: Event, subject: Subject, reading: Reading) -> Iterator[Recipient]:
    """A rule for `Notification.recipients`: the users an event asks for their approval.

    Of "held" and "edited" whoever is to approve first, of "approved" those of the next level once
    it is reached, of "escalated" those who may approve from then on; not who asked for it himself.
    Whom a side alone names is nobody in particular.
    """
    approval = event.body.get("approval", {})
    for one in approval.get("asks", ()):
        if person := one.get("person"):
            users: Sequence[User] = [user for user in (reading.user(person),) if user]
        elif role := one.get("role"):
            scopes = dict.fromkeys((Scope(*one["scope"]), Scope("tenant", "")))
            users = [user for scope in scopes for user in reading.users_with(role, scope)]
        else:
            continue
        yield from (Recipient(user=user.id) for user in users if user.id != approval["requester"])
