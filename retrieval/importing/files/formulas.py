"""Formulas that Word keeps as markup (OMML), written on one line: (抄见电量)/(1+误差), x², √(a+b)."""

from collections.abc import Callable
from typing import Any

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"

_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_PLAIN_OPERATORS = "+-−×·÷/=±"


def formula_text(element: Any) -> str:
    """What a formula says; parts of a kind that isn't known are written one after the other, so that none is lost."""
    if element.tag == f"{M}t":
        return element.text or ""
    write = _WRITERS.get(element.tag.removeprefix(M)) if element.tag.startswith(M) else None
    return write(element) if write is not None else "".join(map(formula_text, element))


def _part(element: Any, name: str) -> str:
    part = element.find(f"{M}{name}")
    return "".join(map(formula_text, part)) if part is not None else ""


def _fraction(element: Any) -> str:
    return f"{_grouped(_part(element, 'num'))}/{_grouped(_part(element, 'den'))}"


def _grouped(text: str) -> str:
    return f"({text})" if any(sign in text for sign in _PLAIN_OPERATORS) else text


def _raised(text: str) -> str:
    written = text.translate(_RAISED)
    return written if all(one != other for one, other in zip(text, written, strict=True)) else f"^{_grouped(text)}"


def _lowered(text: str) -> str:
    written = text.translate(_LOWERED)
    return written if all(one != other for one, other in zip(text, written, strict=True)) else f"_{text}"


def _power(element: Any) -> str:
    return _part(element, "e") + _raised(_part(element, "sup"))


def _index(element: Any) -> str:
    return _part(element, "e") + _lowered(_part(element, "sub"))


def _both(element: Any) -> str:
    return _part(element, "e") + _lowered(_part(element, "sub")) + _raised(_part(element, "sup"))


def _root(element: Any) -> str:
    degree = _part(element, "deg")
    return f"{_raised(degree) if degree else ''}√({_part(element, 'e')})"


def _sign_of(element: Any, properties: str, otherwise: str) -> str:
    sign = element.find(f"{M}{properties}/{M}chr")
    return str(sign.get(f"{M}val", otherwise)) if sign is not None else otherwise


def _sum(element: Any) -> str:
    lower, upper = _part(element, "sub"), _part(element, "sup")
    limits = (_lowered(lower) if lower else "") + (_raised(upper) if upper else "")
    return f"{_sign_of(element, 'naryPr', '∫')}{limits}{_part(element, 'e')}"


def _brackets(element: Any) -> str:
    marks = {
        name: (str(found.get(f"{M}val", "")) if (found := element.find(f"{M}dPr/{M}{name}")) is not None else otherwise)
        for name, otherwise in (("begChr", "("), ("sepChr", "|"), ("endChr", ")"))
    }
    parts = ["".join(map(formula_text, part)) for part in element.findall(f"{M}e")]
    return f"{marks['begChr']}{marks['sepChr'].join(parts)}{marks['endChr']}"


def _lines(element: Any) -> str:
    return "；".join("".join(map(formula_text, part)) for part in element.findall(f"{M}e"))


def _matrix(element: Any) -> str:
    rows = [["".join(map(formula_text, cell)) for cell in row.findall(f"{M}e")] for row in element.findall(f"{M}mr")]
    return "；".join("，".join(row) for row in rows)


_WRITERS: dict[str, Callable[[Any], str]] = {
    "f": _fraction,
    "sSup": _power,
    "sSub": _index,
    "sSubSup": _both,
    "rad": _root,
    "nary": _sum,
    "d": _brackets,
    "eqArr": _lines,
    "m": _matrix,
}
