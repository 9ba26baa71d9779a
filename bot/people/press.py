"""What the buttons about people, invitations and requests carry."""

from dataclasses import dataclass
from typing import Annotated, Literal

from bot.chat.callback_data import CallbackData, Key, Ticket

Number = Annotated[int, "[1-9][0-9]{0,15}"]
ShortPage = Annotated[int, "[0-9]{1,3}"]
RoleNumber = Annotated[int, "[1-3]"]

# ---- people


@dataclass(frozen=True)
class Home(CallbackData, layout="u"):
    """All teams."""


@dataclass(frozen=True)
class HomePage(CallbackData, layout="up{page}"):
    """A page of them."""

    page: ShortPage


@dataclass(frozen=True)
class TeamPage(CallbackData, layout="ut{team}.{page}"):
    """A page of the people of a team."""

    team: Key
    page: ShortPage


@dataclass(frozen=True)
class SomePage(CallbackData, layout="ul{which}.{page}"):
    """A page of those who are suspended, or get nothing."""

    which: Literal["s", "g"]
    page: ShortPage


@dataclass(frozen=True)
class FirstRequest(CallbackData, layout="uq"):
    """The first who waits to be let in."""


@dataclass(frozen=True)
class Card(CallbackData, layout="uc{person}"):
    """A person."""

    person: Number


@dataclass(frozen=True)
class ChooseRole(CallbackData, layout="ur{person}"):
    """Which role?"""

    person: Number


@dataclass(frozen=True)
class SetRole(CallbackData, layout="ur{person}.{role}"):
    """This one."""

    person: Number
    role: RoleNumber


@dataclass(frozen=True)
class ChooseTeam(CallbackData, layout="um{person}.{page}"):
    """Which team?"""

    person: Number
    page: ShortPage


@dataclass(frozen=True)
class SetTeam(CallbackData, layout="um{person}={team}"):
    """This one."""

    person: Number
    team: Key


@dataclass(frozen=True)
class AskTeam(CallbackData, layout="uo{person}"):
    """One that is to be typed."""

    person: Number


@dataclass(frozen=True)
class AskName(CallbackData, layout="un{person}"):
    """Another name."""

    person: Number


@dataclass(frozen=True)
class Suspend(CallbackData, layout="us{person}"):
    """Let somebody in no more, for now."""

    person: Number


@dataclass(frozen=True)
class Restore(CallbackData, layout="ua{person}"):
    """Let somebody in again."""

    person: Number


@dataclass(frozen=True)
class ConfirmRemoval(CallbackData, layout="ux{person}"):
    """Remove somebody; really?"""

    person: Number


@dataclass(frozen=True)
class Remove(CallbackData, layout="uX{person}"):
    """Yes."""

    person: Number


# ---- invitations


@dataclass(frozen=True)
class Invite(CallbackData, layout="ui"):
    """For which role?"""


@dataclass(frozen=True)
class InvitationsPage(CallbackData, layout="uj{page}"):
    """A page of those that can still be used."""

    page: ShortPage


@dataclass(frozen=True)
class Withdraw(CallbackData, layout="uk{code}"):
    """Take one back."""

    code: Annotated[str, "[A-Za-z0-9_-]{8,32}"]


@dataclass(frozen=True)
class InviteTeam(CallbackData, layout="ui{role}.{page}"):
    """For which team?"""

    role: RoleNumber
    page: ShortPage


@dataclass(frozen=True)
class AskInviteTeam(CallbackData, layout="uw{role}"):
    """One that is to be typed."""

    role: RoleNumber


@dataclass(frozen=True)
class InviteTerms(CallbackData, layout="ui{role}={team}"):
    """For how long, for how many?"""

    role: RoleNumber
    team: Key


@dataclass(frozen=True)
class MakeInvitation(CallbackData, layout="uv{role}={team}.{days}.{uses}"):
    """So."""

    role: RoleNumber
    team: Key
    days: Annotated[int, "[0-9]{1,2}"]
    uses: ShortPage


OfPerson = (
    Card | ChooseRole | SetRole | ChooseTeam | SetTeam | AskTeam | AskName | Suspend | Restore | ConfirmRemoval | Remove
)
OfInvitations = Invite | InvitationsPage | Withdraw | InviteTeam | AskInviteTeam | InviteTerms | MakeInvitation
OfPeople = Home | HomePage | TeamPage | SomePage | FirstRequest | OfPerson | OfInvitations
OF_PEOPLE: tuple[type[OfPeople], ...] = (
    *(
        Home,
        HomePage,
        TeamPage,
        SomePage,
        FirstRequest,
        Card,
        ChooseRole,
        SetRole,
        ChooseTeam,
        SetTeam,
        AskTeam,
        AskName,
    ),
    *(Suspend, Restore, ConfirmRemoval, Remove),
    *(Invite, InvitationsPage, Withdraw, InviteTeam, AskInviteTeam, InviteTerms, MakeInvitation),
)

# ---- coming in


@dataclass(frozen=True)
class Apply(CallbackData, layout="j0"):
    """A stranger wants to come in."""


@dataclass(frozen=True)
class SendOff(CallbackData, layout="j1"):
    """So, as it stands there."""


@dataclass(frozen=True)
class WriteAnew(CallbackData, layout="j2"):
    """No, once more."""


@dataclass(frozen=True)
class Grant(CallbackData, layout="jy{request}"):
    """Let somebody in."""

    request: Annotated[int, "[1-9][0-9]{0,8}"]


@dataclass(frozen=True)
class Refuse(CallbackData, layout="jn{request}"):
    """Don't."""

    request: Annotated[int, "[1-9][0-9]{0,8}"]


OfStranger = Apply | SendOff | WriteAnew
OF_STRANGERS: tuple[type[OfStranger], ...] = (Apply, SendOff, WriteAnew)
Decision = Grant | Refuse
DECISIONS: tuple[type[Decision], ...] = (Grant, Refuse)

# ---- lists of people


@dataclass(frozen=True)
class ApplyRoster(CallbackData, layout="uy{ticket}"):
    """Change what a list says."""

    ticket: Ticket


@dataclass(frozen=True)
class LeaveRoster(CallbackData, layout="uz{ticket}"):
    """Don't."""

    ticket: Ticket


OfRoster = ApplyRoster | LeaveRoster
OF_ROSTERS: tuple[type[OfRoster], ...] = (ApplyRoster, LeaveRoster)
