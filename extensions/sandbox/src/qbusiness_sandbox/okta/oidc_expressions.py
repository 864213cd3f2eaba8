# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Okta's expression language as claims use it: a reader of its grammar, which is Spring's.

Literals, ``user.email``, ``a ? b : c``, ``a ?: b``, comparisons, ``+``, ``and``/``or``/``not``, function calls,
``{a, b}`` for a list and ``{"key": a}`` for a map. What names and functions mean stands in ``oidc_names.py``.

Source: https://developer.okta.com/docs/reference/okta-expression-language/ and Spring's SpEL, which it is built on.
That ``{user.email}`` is a list of one follows from SpEL; AWS's procedure for Q Business rests on it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

#: Characters that an expression may have (documented).
LIMIT = 1024
_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.|'')*')"""
    r"""|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<mark>\?\.|\?:|==|!=|<=|>=|&&|\|\||[-+*/%!?:.,(){}\[\]<>]))"""
)
_WORDS = {"and": "&&", "or": "||", "not": "!", "eq": "==", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">="}


class ExpressionError(Exception):
    """The text is no expression, or it has no value."""


class Names(Protocol):
    """What the names of an expression stand for. All raise :class:`ExpressionError` for what they do not know."""

    def name(self, name: str) -> Any:
        """The value of a name that stands alone."""

    def member(self, owner: Any, name: str) -> Any:
        """``owner.name``"""

    def call(self, owner: Any, name: str, arguments: list[Any]) -> Any:
        """``owner.name(…)``; ``owner`` is :data:`NOTHING` for a function that stands alone."""


@dataclass(frozen=True)
class _Nothing:
    """No owner."""


NOTHING = _Nothing()


def _unquoted(text: str) -> str:
    body = text[1:-1]
    return re.sub(r"\\(.)", r"\1", body if text[0] == '"' else body.replace("''", "'"))


def _tokens(text: str) -> list[tuple[str, str]]:
    found, position, end = [], 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            raise ExpressionError(f"unexpected {text[position:].strip()[:1]!r}")
        kind = str(match.lastgroup)
        value = match[kind]
        if kind == "name" and value.lower() in _WORDS:
            kind, value = "mark", _WORDS[value.lower()]
        found.append((kind, value))
        position = match.end()
    return found


class _Reader:
    """Reads and evaluates in one go. A branch that is not taken is read too, but its errors do not count."""

    def __init__(self, text: str, names: Names) -> None:
        self._tokens = _tokens(text)
        self._at = 0
        self._names = names
        self._idle = 0

    def _peek(self, *marks: str) -> str:
        if self._at < len(self._tokens) and self._tokens[self._at][0] == "mark" and self._tokens[self._at][1] in marks:
            return self._tokens[self._at][1]
        return ""

    def _take(self, *marks: str) -> str:
        mark = self._peek(*marks)
        self._at += 1 if mark else 0
        return mark

    def _need(self, mark: str) -> None:
        if not self._take(mark):
            raise ExpressionError(f"{mark} is missing")

    def _next(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise ExpressionError("the end came too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def whole(self) -> Any:
        value = self.ternary()
        if self._at != len(self._tokens):
            raise ExpressionError(f"unexpected {self._tokens[self._at][1]!r}")
        return value

    def _skipping(self, skip: bool, read: Callable[[], Any]) -> Any:
        """The value that ``read`` gives; None where it is only read over."""
        self._idle += skip
        value = read()
        self._idle -= skip
        return None if skip else value

    def ternary(self) -> Any:
        value = self._either()
        if self._take("?:"):
            other = self._skipping(bool(value), self.ternary)
            return value or other
        if not self._take("?"):
            return value
        first = self._skipping(not _truth(value, self._idle), self.ternary)
        self._need(":")
        second = self._skipping(_truth(value, self._idle), self.ternary)
        return first if value else second

    def _either(self) -> Any:
        value = self._both()
        while self._take("||"):
            value = _truth(value, self._idle)
            other = self._skipping(value, self._both)
            value = value or _truth(other, self._idle or value)
        return value

    def _both(self) -> Any:
        value = self._equality()
        while self._take("&&"):
            value = _truth(value, self._idle)
            other = self._skipping(not value, self._equality)
            value = value and _truth(other, self._idle or not value)
        return value

    def _equality(self) -> Any:
        value = self._relation()
        while mark := self._take("==", "!="):
            same = value == self._relation()
            value = same if mark == "==" else not same
        return value

    def _relation(self) -> Any:
        value = self._sum()
        while mark := self._take("<", ">", "<=", ">="):
            value = self._count(mark, value, self._sum())
        return value

    def _sum(self) -> Any:
        value = self._product()
        while mark := self._take("+", "-"):
            other = self._product()
            if mark == "+" and (isinstance(value, str) or isinstance(other, str)):
                value = _text(value) + _text(other)
            else:
                value = self._count(mark, value, other)
        return value

    def _product(self) -> Any:
        value = self._unary()
        while mark := self._take("*", "/", "%"):
            value = self._count(mark, value, self._unary())
        return value

    def _count(self, mark: str, left: Any, right: Any) -> Any:
        if self._idle:
            return None
        try:
            return _OPERATORS[mark](left, right)
        except (TypeError, ZeroDivisionError):
            raise ExpressionError(f"{mark} does not fit its operands") from None

    def _unary(self) -> Any:
        if self._take("!"):
            return not _truth(self._unary(), self._idle)
        if self._take("-"):
            return self._count("-", 0, self._unary())
        return self._postfix()

    def _postfix(self) -> Any:
        value = self._primary()
        while mark := self._take(".", "?.", "["):
            if mark == "[":
                index = self.ternary()
                self._need("]")
                value = self._indexed(value, index)
                continue
            kind, name = self._next()
            if kind != "name":
                raise ExpressionError(f"unexpected {name!r}")
            if self._take("("):
                arguments = self._list(")")
                value = None if self._idle else self._names.call(value, name, arguments)
            else:
                value = None if self._idle else self._names.member(value, name)
        return value

    def _indexed(self, value: Any, index: Any) -> Any:
        if self._idle:
            return None
        try:
            return value[index]
        except (TypeError, IndexError, KeyError):
            raise ExpressionError("no such element") from None

    def _primary(self) -> Any:
        kind, value = self._next()
        if kind == "number":
            return float(value) if "." in value else int(value)
        if kind == "string":
            return _unquoted(value)
        if kind == "name":
            return self._name(value)
        if value == "(":
            inner = self.ternary()
            self._need(")")
            return inner
        if value == "{":
            return self._braces()
        raise ExpressionError(f"unexpected {value!r}")

    def _name(self, name: str) -> Any:
        constants = {"true": True, "false": False, "null": None}
        if name in constants:
            return constants[name]
        if self._take("("):
            arguments = self._list(")")
            return None if self._idle else self._names.call(NOTHING, name, arguments)
        return None if self._idle else self._names.name(name)

    def _list(self, end: str) -> list[Any]:
        values: list[Any] = []
        if self._take(end):
            return values
        while True:
            values.append(self.ternary())
            if self._take(end):
                return values
            self._need(",")

    def _braces(self) -> Any:
        if self._take(":"):
            self._need("}")
            return {}
        following = self._tokens[self._at + 1 : self._at + 2]
        if (
            self._at < len(self._tokens)
            and self._tokens[self._at][0] in ("string", "name")
            and following == [("mark", ":")]
        ):
            return self._map()
        return self._list("}")

    def _map(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while True:
            kind, key = self._next()
            if kind not in ("string", "name"):
                raise ExpressionError(f"unexpected {key!r}")
            self._need(":")
            found[_unquoted(key) if kind == "string" else key] = self.ternary()
            if self._take("}"):
                return found
            self._need(",")


_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "%": lambda a, b: a % b,
}


def _text(value: Any) -> str:
    if value is None:
        return "null"  # as Spring's own
    return str(value).lower() if isinstance(value, bool) else str(value)


def _truth(value: Any, idle: int | bool = 0) -> bool:
    if idle:
        return bool(value)
    if not isinstance(value, bool):
        raise ExpressionError("a condition is neither true nor false")
    return value


def _check_plain(value: Any) -> None:
    """A value that JSON has; ``user`` on its own is none."""
    if isinstance(value, dict):
        for inner in value.values():
            _check_plain(inner)
    elif isinstance(value, list):
        for inner in value:
            _check_plain(inner)
    elif value is not None and not isinstance(value, str | bool | int | float):
        raise ExpressionError("is an object, not a value")


def evaluate(text: str, names: Names) -> Any:
    """The value of an expression, as JSON has it. Raises :class:`ExpressionError`."""
    if len(text) > LIMIT:
        raise ExpressionError(f"is longer than {LIMIT} characters")
    try:
        value = _Reader(text, names).whole()
        _check_plain(value)
        return value
    except RecursionError:
        raise ExpressionError("is nested too deeply") from None
