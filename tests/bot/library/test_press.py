"""Data of the library's buttons, as they were sent from the first."""

import pytest

from bot.chat.callback_data import CallbackData
from bot.library.press import (
    OF_CHECKS,
    OF_EDITS,
    OF_GAPS,
    OF_HISTORY,
    OF_RULES,
    Accept,
    AddTo,
    Confirm,
    Decline,
    GapsPage,
    HistoryPage,
    OpenBook,
    OpenClause,
    OpenGap,
    OpenRecord,
    OpenRecordBelow,
    OpenStep,
    Refuse,
    RefuseAndUndo,
    RollBack,
    RollBackForSure,
    RulesPage,
    SetAside,
    TakeUp,
    Undo,
    Unverify,
    Verify,
    WriteLesson,
    WriteNothing,
    WriteQuestion,
    WriteSynonyms,
    WriteSynonymsBeside,
    WriteTakeaway,
)

KINDS: tuple[type[CallbackData], ...] = (*OF_EDITS, *OF_CHECKS, *OF_GAPS, *OF_HISTORY, Undo, *OF_RULES)
SENT: dict[str, CallbackData] = {
    "erAb-_90": OpenRecord("Ab-_90"),
    "enAb-_90": OpenRecordBelow("Ab-_90"),
    "etAb-_90": WriteTakeaway("Ab-_90"),
    "elAb-_90": WriteLesson("Ab-_90"),
    "eqAb-_90": WriteQuestion("Ab-_90"),
    "es": WriteSynonyms(),
    "esAb-_90": WriteSynonymsBeside("Ab-_90"),
    "ew": WriteNothing(),
    "eYAb-_9012": Confirm("Ab-_9012"),
    "eNAb-_9012": Decline("Ab-_9012"),
    "evAb-_90": Verify("Ab-_90"),
    "euAb-_90": Unverify("Ab-_90"),
    "eg0": GapsPage(0),
    "edAb-_9012": OpenGap("Ab-_9012"),
    "eiAb-_9012": SetAside("Ab-_9012"),
    "ejAb-_9012": TakeUp("Ab-_9012"),
    "eaAb-_9012.Ab-_90": AddTo("Ab-_9012", "Ab-_90"),
    "lh0": HistoryPage(0),
    "ld12": OpenStep(12),
    "lr12": RollBack(12),
    "lR12": RollBackForSure(12),
    "la0123456789abcdef": Accept("0123456789abcdef"),
    "lx0123456789abcdef": Refuse("0123456789abcdef"),
    "lX0123456789abcdef": RefuseAndUndo("0123456789abcdef"),
    "lu3": Undo(3),
    "gp0": RulesPage(0),
    "gbAb-_90.0": OpenBook("Ab-_90", 0),
    "gcAb-_90.12": OpenClause("Ab-_90", 12),
}


@pytest.mark.parametrize(("data", "pressed"), SENT.items())
def test_data_of_every_kind_stay_as_they_were_first_sent(data: str, pressed: CallbackData) -> None:
    """Messages keep their buttons for years; each data belong to one kind only."""
    assert pressed.pack() == data
    assert [kind.unpack(data) for kind in KINDS if kind.unpack(data) is not None] == [pressed]


def test_every_kind_has_data_above() -> None:
    """A new kind of button is written down here, too."""
    assert {type(pressed) for pressed in SENT.values()} == set(KINDS)
