"""What one person's page is told, and what it asks for."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from bot.local_telegram.chats import is_written_by
from bot.local_telegram.errors import ImpossibleError
from bot.local_telegram.faults import Fault, FaultKind
from bot.local_telegram.people import Person
from bot.local_telegram.telegram import LocalTelegram
from bot.local_telegram.world import Event

_MISSPELT = "页面发来的请求不完整"


class PhoneLine:
    """One open page.

    Args:
        person: Whose phone it is.
        show: Takes what the page is to show.
    """

    def __init__(self, telegram: LocalTelegram, person: Person, show: Callable[[Event], None]) -> None:
        self._telegram = telegram
        self._person = person
        self._show = show
        self._deeds: dict[str, Callable[[Mapping[str, Any]], object]] = {
            "send": self._send,
            "edit": self._edit,
            "delete": self._delete,
            "press": self._press,
            "vote": self._vote,
            "block": lambda event: telegram.blocks(person.id, event["blocked"] is True),
            "faults": lambda event: telegram.faults.replace([fault_from(fault) for fault in event["faults"]]),
            "refresh": lambda _event: show(self.state()),
        }

    def open(self) -> Callable[[], None]:
        """Show everything, and from then on what changes; gives the way to hang up."""
        hang_up = self._telegram.listen(self._hear)
        self._show(self.state())
        return hang_up

    def _hear(self, user_id: int, event: Event) -> None:
        if user_id == self._person.id:
            self._show(event)

    def state(self) -> Event:
        """All that the page shows."""
        world, me = self._telegram.world, self._person
        chats = [
            chat
            for chat in world.chats.values()
            if me.id in chat.audience and not chat.gone and chat.migrated_to is None
        ]
        return {
            "type": "state",
            "me": dataclasses.asdict(me),
            "people": [dataclasses.asdict(person) for person in world.people.values()],
            "bot": self._telegram.bot,
            "chats": [world.view(chat, me.id) for chat in chats],
            "commands": {str(chat.id): world.menus.shown(chat, me.id) for chat in chats},
            "faults": [fault.wire for fault in self._telegram.faults.active],
        }

    def act(self, event: Any) -> None:
        """Do what the page asks for; what can't be done is shown as an error."""
        try:
            self._deeds[event["type"]](event)
        except ImpossibleError as error:
            self._show({"type": "error", "text": str(error)})
        except (KeyError, TypeError, ValueError, AttributeError):
            # The page's own slip, or somebody who types JSON by hand.
            self._show({"type": "error", "text": _MISSPELT})

    def _send(self, event: Mapping[str, Any]) -> None:
        reply_to = event.get("reply_to")
        self._telegram.says(
            self._person.id,
            str(event["text"]),
            int(event["chat_id"]),
            reply_to=None if reply_to is None else int(reply_to),
        )

    def _edit(self, event: Mapping[str, Any]) -> None:
        self._telegram.edits(self._person.id, int(event["message_id"]), str(event["text"]), int(event["chat_id"]))

    def _delete(self, event: Mapping[str, Any]) -> None:
        chat = self._telegram.world.chat_of(self._person.id, int(event["chat_id"]))
        message = chat.messages.get(int(event["message_id"]))
        if message is None:
            raise ImpossibleError("这条消息已经没有了")
        if not chat.private and not is_written_by(chat, message, self._person.id):
            raise ImpossibleError("只能删除自己的消息")
        self._telegram.deletes_message(chat.id, message["message_id"])

    def _press(self, event: Mapping[str, Any]) -> None:
        self._telegram.presses(self._person.id, int(event["message_id"]), str(event["data"]), int(event["chat_id"]))

    def _vote(self, event: Mapping[str, Any]) -> None:
        options = [int(place) for place in event["options"]]
        self._telegram.votes(self._person.id, int(event["message_id"]), options, int(event["chat_id"]))


def fault_from(wire: Mapping[str, Any]) -> Fault:
    """A fault as the page writes it.

    Raises:
        ImpossibleError: Where a number is out of range.
        ValueError: Where the kind is unknown.
    """
    times = wire.get("times")
    fault = Fault(
        kind=FaultKind(wire["kind"]),
        methods=frozenset(map(str, wire.get("methods", ()))),
        probability=float(wire.get("probability", 1.0)),
        times=None if times is None else int(times),
        retry_after=int(wire.get("retry_after", 3)),
        seconds=float(wire.get("seconds", 30.0)),
    )
    if not 0 <= fault.probability <= 1 or fault.retry_after < 1 or not 0 <= fault.seconds <= 3600:
        raise ImpossibleError("故障的数值不对")
    return fault
