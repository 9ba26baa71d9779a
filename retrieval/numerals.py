"""Whole numbers as Chinese writes them."""

import re

_DIGITS = {
    character: value
    for value, characters in enumerate(
        ("零〇", "一壹", "二两贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
    )
    for character in characters
}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}

NUMERAL = f"(?:[0-9]{{1,5}}|[{''.join(_DIGITS)}{''.join(_UNITS)}廿卅]{{1,9}})"
"""A regular expression, without groups, that finds what `parse_numeral` may understand."""


def parse_numeral(text: str) -> int | None:
    """The number that a numeral stands for, or None where it stands for none.

    Understands `67`, `六十七`, `六七` (digit by digit, as in speech), `十`, `一百零二`, `两`.

    Args:
        text: Only the numeral, NFKC-normalised, 0 to 99,999.
    """
    if re.fullmatch("[0-9]{1,5}", text):
        return int(text)
    text = text.replace("廿", "二十").replace("卅", "三十")
    if 0 < len(text) <= 5 and all(character in _DIGITS for character in text):
        return int("".join(str(_DIGITS[character]) for character in text))
    return _with_units(text)


def _with_units(text: str) -> int | None:
    total, last_unit = 0, 10_000
    digit: int | None = None
    for character in text:
        unit = _UNITS.get(character)
        if unit is not None and unit < last_unit and digit != 0:
            total += (1 if digit is None else digit) * unit
            digit, last_unit = None, unit
        elif character in _DIGITS and not digit:  # two digits in a row inside a number with units: 六七十 is no number
            digit = _DIGITS[character]
        else:
            return None
    return total + (digit or 0) if text else None


def to_chinese(number: int) -> str:
    """The numeral as a rule book prints it: 67 → 六十七, 102 → 一百零二.

    Args:
        number: 0 to 9,999.

    Raises:
        ValueError: For a number outside that range.
    """
    if not 0 <= number <= 9999:
        message = f"0 to 9999, not {number}"
        raise ValueError(message)
    digits = "零一二三四五六七八九"
    if number < 10:
        return digits[number]
    written, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            written += (
                ("零" if gap else "") + ("" if (digit == 1 and unit == 10 and not written) else digits[digit]) + name
            )
            gap = False
        elif written:
            gap = True
    return written
