"""What a person was asked, and is to answer with the next text."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.storage.database import Database
from bot.storage.schema import forms
from bot.storage.upsert import insert_or_replace

_LASTS = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Form:
    """A question that waits for its answer."""

    kind: str
    data: Mapping[str, Any]
    asked_at: datetime


class Forms:
    """Reads and writes them, one a person; each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asked: set[int] | None = None
        """Everybody who may have been asked something; None where others may ask too."""

    async def open(self) -> None:
        """Know from now on who was asked something without looking it up: no other process asks."""
        async with self._database.reading() as connection:
            self._asked = set((await connection.execute(sa.select(forms.c.user_id))).scalars())

    async def ask(self, user_id: int, kind: str, data: Mapping[str, Any], now: datetime) -> None:
        """The person's next text answers this; an earlier question is dropped."""
        if self._asked is not None:
            self._asked.add(user_id)
        row = {"user_id": user_id, "kind": kind, "data": dict(data), "asked_at": now}
        async with self._database.writing() as connection:
            await connection.execute(insert_or_replace(connection, forms, row, ["user_id"]))

    async def get(self, user_id: int, now: datetime) -> Form | None:
        """What the person's next text answers; None where nothing was asked in the last hour."""
        if self._asked is not None and user_id not in self._asked:
            return None
        async with self._database.reading() as connection:
            row = (await connection.execute(sa.select(forms).where(forms.c.user_id == user_id))).mappings().first()
        form = Form(row["kind"], row["data"], row["asked_at"]) if row else None
        return form if form is not None and now - form.asked_at <= _LASTS else None

    async def take(self, user_id: int, kind: str) -> Form | None:
        """Drop what the person was asked, where it is of this kind, and give it: of several who try, one gets it."""
        async with self._database.writing() as connection:
            row = (
                (
                    await connection.execute(
                        forms.delete().where(forms.c.user_id == user_id, forms.c.kind == kind).returning(forms)
                    )
                )
                .mappings()
                .first()
            )
        return Form(row["kind"], row["data"], row["asked_at"]) if row else None

    async def drop(self, user_id: int) -> None:
        """Forget what the person was asked: it is answered, or the person has gone on to something else."""
        if self._asked is not None and user_id not in self._asked:
            return
        async with self._database.writing() as connection:
            await connection.execute(forms.delete().where(forms.c.user_id == user_id))
