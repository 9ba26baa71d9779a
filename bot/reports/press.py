"""What the buttons of reports and of one's own card carry."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from bot.chat.callback_data import CallbackData

Where = Annotated[str, r"[\w-]{6}|\*"]
"""A team, or everybody."""


@dataclass(frozen=True)
class ShowReport(CallbackData, layout="R{period}{day}.{where}"):
    """A report as a picture."""

    period: Literal["d", "w", "m"]
    day: date
    where: Where


@dataclass(frozen=True)
class SendSheet(CallbackData, layout="R{period}{day}.{where}x"):
    """A report as a spreadsheet."""

    period: Literal["d", "w", "m"]
    day: date
    where: Where


OfReports = ShowReport | SendSheet
OF_REPORTS: tuple[type[OfReports], ...] = (ShowReport, SendSheet)


@dataclass(frozen=True)
class WantDaily(CallbackData, layout="m{wanted}"):
    """Whether one wants the daily case."""

    wanted: Literal["0", "1"]


@dataclass(frozen=True)
class Forget(CallbackData, layout="md"):
    """Delete all that is known of me; really?"""


@dataclass(frozen=True)
class ForgetForSure(CallbackData, layout="mD"):
    """Yes."""


@dataclass(frozen=True)
class BackToCard(CallbackData, layout="mb"):
    """No."""


OfCard = WantDaily | Forget | ForgetForSure | BackToCard
OF_CARDS: tuple[type[OfCard], ...] = (WantDaily, Forget, ForgetForSure, BackToCard)
