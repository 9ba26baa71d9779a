"""Signs of picture fonts (Wingdings, Symbol) as the characters that they look like."""

UNREADABLE = "〓"
"""What print puts where it has no type for a character."""

_WINGDINGS = {
    0x6C: "●", 0x6D: "○", 0x6E: "■", 0x6F: "□", 0x70: "□", 0x71: "☐", 0x72: "☐", 0x73: "◆", 0x75: "◆", 0x76: "❖",
    0x77: "◆", 0x9E: "·", 0x9F: "•", 0xA0: "▪", 0xA1: "○", 0xA7: "▪", 0xA8: "☐", 0xB6: "☆", 0xAB: "★", 0xD8: "➢",
    0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE8: "➔", 0xF0: "⇨", 0xFB: "✘", 0xFC: "✔", 0xFD: "☒", 0xFE: "☑",
    0x28: "☎", 0x29: "✆", 0x2A: "✉", 0x46: "☞", 0x4A: "☺", 0x4C: "☹", 0x22: "✂",
    **{0x81 + place: sign for place, sign in enumerate("①②③④⑤⑥⑦⑧⑨⑩")},
    **{0x8C + place: sign for place, sign in enumerate("❶❷❸❹❺❻❼❽❾❿")},
}  # fmt: skip
_WINGDINGS_2 = {
    0x4F: "✘", 0x50: "✔", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x55: "☒", 0x97: "●", 0x98: "●", 0x99: "○",
    0xA2: "■", 0xA3: "☐", 0x30: "☐", 0x2A: "☐",
}  # fmt: skip
_WINGDINGS_3 = {0x7D: "▶", 0x75: "▶", 0x70: "▲", 0x71: "▼", 0x74: "◀", 0x21: "←", 0x22: "→", 0x23: "↑", 0x24: "↓"}
_SYMBOL = {
    **{0x41 + place: sign for place, sign in enumerate("ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ")},
    **{0x61 + place: sign for place, sign in enumerate("αβχδεφγηιϕκλμνοπθρστυϖωξψζ")},
    0xA3: "≤", 0xA5: "∞", 0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓", 0xB0: "°", 0xB1: "±", 0xB2: "″", 0xB3: "≥",
    0xB4: "×", 0xB5: "∝", 0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xBA: "≡", 0xBB: "≈", 0xBC: "…", 0xD0: "∠", 0xD6: "√",
    0xD7: "⋅", 0xE5: "∑", 0xF2: "∫", 0xA2: "′", 0x2D: "−", 0xDE: "⇒",
}  # fmt: skip
_FONTS = {"wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2, "wingdings 3": _WINGDINGS_3, "symbol": _SYMBOL}


def symbol(font: str, code: str) -> str:
    """The character that a sign of a font looks like; `UNREADABLE` where nobody knows.

    Args:
        font: Its name, as Word writes it.
        code: Hexadecimal, as Word writes it; Word moves the codes of such fonts up by F000.
    """
    try:
        number = int(code, 16)
    except ValueError:
        return UNREADABLE
    moved = number - 0xF000 if 0xF000 <= number <= 0xF0FF else number
    signs = _FONTS.get(font.strip().lower())
    if signs is not None and moved in signs:
        return signs[moved]
    readable = 0x20 <= number < 0xD800 or 0xF900 <= number < 0x110000
    return chr(number) if signs is None and readable else UNREADABLE
