"""Times of the day as people write them: 8:30, 八点半, 下午两点一刻."""

import re
import unicodedata

from retrieval.numerals import NUMERAL, parse_numeral

_PARTS_OF_THE_DAY = {
    "凌晨": range(6),
    "清早": range(4, 10),
    "清晨": range(4, 10),
    "早上": range(4, 13),
    "早晨": range(4, 13),
    "早": range(4, 13),
    "上午": range(13),
    "中午": range(11, 15),
    "下午": range(12, 20),
    "午后": range(12, 20),
    "傍晚": range(16, 21),
    "晚上": range(17, 24),
    "晚": range(17, 24),
    "夜里": range(19, 24),
}
"""The hours that each may mean; an hour of the other half of the day is taken into it: 下午两点 is 14."""
_QUARTERS = {"半": 30, "一刻": 15, "1刻": 15, "三刻": 45, "3刻": 45}
_TIME = re.compile(
    rf"({'|'.join(_PARTS_OF_THE_DAY)})?(?:"
    rf"({NUMERAL})(?:点钟|[点时])(?:整|过?({'|'.join(_QUARTERS)})|[零过]?({NUMERAL})分?)?"
    r"|([0-9]{1,2})[:.]([0-9]{2})"
    r"|([0-9]{2})([0-9]{2}))"
)


def read_time(text: str) -> str | None:
    """HH:MM of what a person wrote: 8:30, 8：30, 8点半, 八点半, 下午两点一刻, 0830; None where it is no time.

    Args:
        text: As it was written. A bare number is no time, nor is one that its part of the day does not have (上午14点).
    """
    found = _TIME.fullmatch(re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)))
    if found is None:
        return None
    part, spoken_hour, quarter, spoken_minute, *digits = found.groups()
    if spoken_hour is not None:
        hour = parse_numeral(spoken_hour)
        minute = _QUARTERS[quarter] if quarter else parse_numeral(spoken_minute) if spoken_minute else 0
    else:
        hour, minute = (int(number) for number in digits if number is not None)
    if hour is None or minute is None or minute > 59:
        return None
    if part is not None:
        hours = _PARTS_OF_THE_DAY[part]
        if hour not in hours and hour < 12:
            hour += 12
        if hour not in hours:
            return None
    return f"{hour:02d}:{minute:02d}" if hour < 24 else None
