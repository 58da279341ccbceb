"""What a tenant tells people: topics, what users wish of them, and the templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from orderloom.decide import right_problems
from orderloom.desk.administration import MANAGE, Administration
from orderloom.desk.execution import Execution
from orderloom.desk.granting import managing_of
from orderloom.errors import Forbidden, NotFound, Problem, Refused
from orderloom.modules.contributions import Notification, Template
from orderloom.modules.contributions.templates import template_of
from orderloom.notify.composing import chosen_for, sampled
from orderloom.notify.templates import (
    Chosen,
    Filled,
    languages_of,
    remove_template,
    save_template,
    shipped_languages,
    translate,
)
from orderloom.notify.wishes import (
    ALL_TOPICS,
    DEFAULT,
    EVERYONE,
    NOW,
    Wish,
    Wishes,
    check_wish,
    save_wish,
)
from orderloom.orders.events import CHANGED
from orderloom.tenants import bump_revision, tenant_ref
from orderloom.values import language_of, nearest, shown


@attrs.frozen(kw_only=True)
class Topic:
    """What users turn on and off together.

    Attributes:
        key: of the topic.
        titles: of its notifications, or what it is called itself if it is a further one
            (`Notification.further`); as the actor reads them.
        channels: those any of them uses.
        mandatory: channels nobody can turn off.
    """

    key: str
    titles: tuple[str, ...]
    channels: tuple[str, ...]
    mandatory: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class TemplateView:
    """A notification's templates, as a list shows them.

    Attributes:
        key, title: of the notification.
        shipped: languages its module brings.
        own: languages the tenant wrote itself.
    """

    key: str
    title: str
    shipped: tuple[str, ...]
    own: tuple[str, ...]


class Notifications:
    """The notifications of a tenant. Templates need `tenant.manage`; a user's wishes are his own.

    Each change is an event of the tenant.
    """

    def __init__(self, do: Execution, administration: Administration) -> None:
        self._do, self._administration = do, administration

    # ── topics and wishes ──────────────────────────────────────────────────────────────────

    def topics(self) -> tuple[Topic, ...]:
        """All topics, in the order of the modules."""
        languages = languages_of(self._do.actor.language)
        grouped: dict[str, list[tuple[str, Notification]]] = {}
        for one in self._do.assembly.notifications.values():
            for key, title in ((one.topic, one.title), *one.further.items()):
                said = translate(self._package(one), title, languages)
                grouped.setdefault(key, []).append((said, one))
        return tuple(_topic(key, told) for key, told in grouped.items())

    def wishes(self, user: str | None = None) -> tuple[Wish, ...]:
        """How a user hears of each topic on each of its channels, his wish or not.

        Args:
            user: id; None for the actor, "" for what holds for all who wish nothing themselves.

        Raises:
            Forbidden: it is somebody else, whom the actor does not manage, nor the tenant.
            NotFound: there is no such user.
        """
        who = self._wishing(user)
        known = Wishes.of([who], self._do)
        return tuple(
            Wish(who, one.key, channel, NOW if channel in one.mandatory else how)
            for one in self.topics()
            for channel in one.channels
            for how in (known.how(who, one.key, channel),)
        )

    def wish(self, topic: str, how: str, *, channel: str = "mail", user: str | None = None) -> Wish:
        """Say how a user wants to hear of a topic.

        Args:
            topic: its key; "*" for every topic nothing is said of by name.
            how: "now", "off", "hourly" or "daily" (mails of an hour or a day in one), or "default"
                for what the tenant says.
            channel: "mail" or "inbox".
            user: as for `wishes`.

        Raises:
            Refused: [wish.topic], [wish.channel], [wish.how], [wish.mandatory].
            Forbidden, NotFound: as `wishes`.
        """
        who = self._wishing(user)
        wish = Wish(who, topic, channel, how)
        check_wish(wish)
        self._check_topic(wish)
        before = Wishes.of([who], self._do).known.get((who, topic, channel), DEFAULT)
        if before != how:
            # The event first: it lets those who change the same wish wait for each other.
            self._tell("wish", who or ALL_TOPICS, {f"{topic} {channel}": [before, how]})
            save_wish(self._do.connection, self._key, wish)
        return wish

    def _wishing(self, user: str | None) -> str:
        if user is None or user == self._do.actor.id:
            return self._do.actor.id
        managing = managing_of(self._do.assembly, self._do)
        found = None if user == EVERYONE else self._do.user(user)
        if managing is not None and not (found and managing.looks_after(found)):
            raise Forbidden([managing.missing])
        if user != EVERYONE and found is None:
            raise NotFound("user", shown(user), "To go on, name one there is.")
        return user

    def _check_managing(self) -> None:
        if problems := tuple(right_problems(MANAGE, None, self._do.assembly, self._do)):
            raise Forbidden(problems)

    def _check_topic(self, wish: Wish) -> None:
        if wish.topic == ALL_TOPICS:
            return
        known = {one.key: one for one in self.topics()}
        if wish.topic not in known:
            text = "There is no topic “{given}”. To name one, use: {known}."
            close = nearest(wish.topic, known, otherwise=", ".join((*known, ALL_TOPICS)))
            params = {"given": shown(wish.topic), "known": close}
            raise Refused([Problem("wish.topic", text, "topic", params=params)])
        topic = known[wish.topic]
        if wish.channel not in topic.channels:
            text = "{topic} is told by {channels} only. To go on, name one of these."
            params = {"topic": topic.key, "channels": " and ".join(topic.channels)}
            raise Refused([Problem("wish.channel", text, "channel", params=params)])
        if wish.channel in topic.mandatory and wish.how not in (NOW, DEFAULT):
            text = "{topic} cannot be turned off or put off. To go on, leave it as it is."
            raise Refused([Problem("wish.mandatory", text, "how", params={"topic": topic.key})])

    # ── templates ──────────────────────────────────────────────────────────────────────────

    def templates(self) -> tuple[TemplateView, ...]:
        """All notifications with the languages there are of them.

        Raises:
            Forbidden: the actor may not manage the tenant; so does everything below.
        """
        self._check_managing()
        return tuple(
            TemplateView(
                key=one.key,
                title=one.title,
                shipped=shipped_languages(one, self._package(one)),
                own=tuple(sorted(tag for key, tag in self._do.own_templates if key == one.key)),
            )
            for one in self._do.assembly.notifications.values()
        )

    def template(self, key: str, language: str = "") -> Chosen:
        """The template a reader of a language gets.

        Args:
            key: of the notification.
            language: tag; "" for the tenant's.

        Raises:
            NotFound: there is no such notification.
            Refused: [language.*].
        """
        self._check_managing()
        notification = self._found(key)
        tag = language_of(language, "language") if language else self._do.tenant.language
        languages = languages_of(tag, self._do.tenant.language)
        return chosen_for(notification, languages, self._do, self._do.assembly)

    def set_template(self, key: str, language: str, template: Template) -> Template:
        """Write the tenant's own template of a notification in a language; answers it as read.

        Raises:
            NotFound: there is no such notification.
            Refused: [language.*], and as `template_of` of the placeholders it has.
        """
        with self._administration.changing():
            notification = self._found(key)
            tag = language_of(language, "language")
            read = template_of(template, notification.names)
            before = self._do.own_templates.get((key, tag))
            if read != before:
                save_template(self._do.connection, self._key, key, tag, read)
                self._changed(key, tag, before, read)
        return read

    def reset_template(self, key: str, language: str) -> bool:
        """Go back to what the module ships; answers whether there was one of the tenant's own.

        It may be of a notification that is not there any more.

        Raises:
            Refused: [language.*].
        """
        with self._administration.changing():
            tag = language_of(language, "language")
            before = self._do.own_templates.get((key, tag))
            if before is not None:
                remove_template(self._do.connection, self._key, key, tag)
                self._changed(key, tag, before, None)
        return before is not None

    def preview(self, key: str, language: str = "", template: Template | None = None) -> Filled:
        """What a template comes to with samples in the place of its placeholders.

        Args:
            key: of the notification.
            language: tag; "" for the tenant's.
            template: one that is to be set; the one in force if None.

        Raises:
            NotFound, Refused: as `set_template`.
        """
        chosen = self.template(key, language)
        notification = self._found(key)
        if template is not None:
            chosen = attrs.evolve(chosen, template=template_of(template, notification.names))
        tag = language or self._do.tenant.language
        return sampled(notification, chosen, tag, self._do)

    def _found(self, key: str) -> Notification:
        known = self._do.assembly.notifications
        if key not in known:
            near = nearest(key, known, otherwise=", ".join(known))
            raise NotFound("notification", shown(key), f"To name one, use: {near}." if near else "")
        return known[key]

    def _package(self, notification: Notification) -> str:
        return self._do.assembly.locales[notification.key.partition(".")[0]]

    def _changed(self, key: str, tag: str, before: Template | None, after: Template | None) -> None:
        bump_revision(self._do.connection, self._key)
        pair = [None if one is None else attrs.asdict(one) for one in (before, after)]
        self._tell("template", key, {tag: pair})

    def _tell(self, what: str, id: str, changed: Mapping[str, Any]) -> None:
        body = {"what": what, "id": id, "changed": dict(changed)}
        self._do.append(tenant_ref(self._key), CHANGED, body)

    @property
    def _key(self) -> str:
        return self._do.tenant.key


def _topic(key: str, told: list[tuple[str, Notification]]) -> Topic:
    channels = dict.fromkeys(channel for _, one in told for channel in one.channels)
    free = {channel for _, one in told if not one.mandatory for channel in one.channels}
    return Topic(
        key=key,
        titles=tuple(dict.fromkeys(title for title, _ in told)),
        channels=tuple(channels),
        mandatory=tuple(channel for channel in channels if channel not in free),
    )
