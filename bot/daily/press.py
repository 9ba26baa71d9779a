"""What the buttons of the daily case carry."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from bot.chat.callback_data import CallbackData, Key

Number = Annotated[int, "[0-9]{1,12}"]
ShortPage = Annotated[int, "[0-9]{1,3}"]
Where = Annotated[str, r"[\w-]{6}|\*"]
"""A team, or everybody."""

# ---- of people's own copies


@dataclass(frozen=True)
class OpenCopy(CallbackData, layout="dv{copy}"):
    """Show a copy."""

    copy: Number


@dataclass(frozen=True)
class FullCase(CallbackData, layout="dc{copy}.{page}"):
    """A page of the whole case."""

    copy: Number
    page: Annotated[int, "[0-9]{1,2}"]


@dataclass(frozen=True)
class Learnt(CallbackData, layout="dr{copy}"):
    """A case is learnt."""

    copy: Number


@dataclass(frozen=True)
class Choose(CallbackData, layout="dq{copy}.{quiz}.{option}"):
    """An option of a quiz; both counted from 0."""

    copy: Number
    quiz: Annotated[int, "[0-9]{1,2}"]
    option: Annotated[int, "[0-9]"]


OfCopy = OpenCopy | FullCase | Learnt | Choose
OF_COPIES: tuple[type[OfCopy], ...] = (OpenCopy, FullCase, Learnt, Choose)

# ---- of planning


@dataclass(frozen=True)
class Home(CallbackData, layout="th"):
    """All teams."""


@dataclass(frozen=True)
class OneTeam(CallbackData, layout="tt{team}"):
    """A team's week."""

    team: Key


@dataclass(frozen=True)
class Settings(CallbackData, layout="to{team}"):
    """When and how a team gets its case."""

    team: Key


WEEKDAYS: tuple[Literal["1", "2", "3", "4", "5", "6", "7"], ...] = ("1", "2", "3", "4", "5", "6", "7")
"""As ISO counts them."""


class Setting(StrEnum):
    """What of that can be changed by a tap."""

    SEND_AT = "s"
    REMIND_AT = "r"
    AUTOMATIC = "a"
    PAUSED = "p"
    NO_REMINDER = "x"


@dataclass(frozen=True)
class ChangeSetting(CallbackData, layout="to{setting}{team}"):
    """Change it."""

    setting: Setting
    team: Key


@dataclass(frozen=True)
class Weekday(CallbackData, layout="tow{team}.{weekday}"):
    """Put a weekday in or out; 0 for every workday."""

    team: Key
    weekday: Literal["0", "1", "2", "3", "4", "5", "6", "7"]


class Step(StrEnum):
    """What can be done about a day of a team."""

    SHOW = "d"
    TAKE = "a"
    SKIP = "s"
    FOREWORD = "f"
    SWAP = "w"


@dataclass(frozen=True)
class OneDay(CallbackData, layout="t{step}{team}.{day}"):
    """Do it."""

    step: Step
    team: Key
    day: date


@dataclass(frozen=True)
class Cases(CallbackData, layout="tc{team}.{day}.0"):
    """Which case, for a day of a team?"""

    team: Key
    day: date


@dataclass(frozen=True)
class CasesPage(CallbackData, layout="tc{team}.{day}.-{page}"):
    """The same, a page of it."""

    team: Key
    day: date
    page: ShortPage


@dataclass(frozen=True)
class ChooseCase(CallbackData, layout="tc{team}.{day}.{case}"):
    """This one."""

    team: Key
    day: date
    case: Key


@dataclass(frozen=True)
class SendNow(CallbackData, layout="tn"):
    """Which case is sent now?"""


@dataclass(frozen=True)
class SendPage(CallbackData, layout="tn-{page}"):
    """The same, a page of it."""

    page: ShortPage


@dataclass(frozen=True)
class SendCase(CallbackData, layout="tn{case}"):
    """This one; to whom?"""

    case: Key


@dataclass(frozen=True)
class SendTo(CallbackData, layout="tn{case}.{where}"):
    """To these; really?"""

    case: Key
    where: Where


@dataclass(frozen=True)
class SendForSure(CallbackData, layout="tN{case}.{where}"):
    """Yes."""

    case: Key
    where: Where


class OfPlan(StrEnum):
    """What can be done about a case that goes out."""

    SHOW = "g"
    CANCEL = "x"
    FAILED_AGAIN = "y"
    UNKNOWN_AGAIN = "z"


@dataclass(frozen=True)
class OnePlan(CallbackData, layout="t{what}{plan}"):
    """Do it."""

    what: OfPlan
    plan: Number


@dataclass(frozen=True)
class OwnDays(CallbackData, layout="te"):
    """The station's own days."""


@dataclass(frozen=True)
class OwnDaysPage(CallbackData, layout="tep{page}"):
    """A page of them."""

    page: Annotated[int, "[0-9]{1,2}"]


@dataclass(frozen=True)
class AddDays(CallbackData, layout="te+{works}"):
    """Register days on which the station works (1) or rests (0)."""

    works: Literal["0", "1"]


@dataclass(frozen=True)
class RemoveDay(CallbackData, layout="te-{day}"):
    """Take one back."""

    day: date


OfTeam = OneTeam | Settings | ChangeSetting | Weekday
OfDay = OneDay | Cases | CasesPage | ChooseCase
OfSending = SendNow | SendPage | SendCase | SendTo | SendForSure
OfOwnDays = OwnDays | OwnDaysPage | AddDays | RemoveDay
OfPlanning = Home | OfTeam | OfDay | OfSending | OfOwnDays | OnePlan
OF_PLANNING: tuple[type[OfPlanning], ...] = (
    *(Home, OneTeam, Settings, ChangeSetting, Weekday, OneDay, Cases, CasesPage, ChooseCase),
    *(SendNow, SendPage, SendCase, SendTo, SendForSure, OwnDays, OwnDaysPage, AddDays, RemoveDay, OnePlan),
)
