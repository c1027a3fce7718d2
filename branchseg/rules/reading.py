"""Reading rule tables: typed access to TOML that collects every fault instead of stopping."""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from branchseg.errors import RuleFault
from branchseg.messages import text
from branchseg.model.amounts import money

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


LARGEST = 1e12
"""No number in a rule file is larger: amounts are in 元."""

_IDENTIFIER = re.compile(r"\w+")
_AMOUNT = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number staff may change on the settings page; `file` is the rule file it stands in."""

    key: str
    label: str
    unit: str
    value: float
    minimum: float
    maximum: float
    file: str

    def words(self, value: float) -> str:
        """Any value of it as people say it: 5 万元, 12 个月, 50%."""
        if self.unit == "元":
            return money(value, exact=True)
        if not self.unit and 0 <= self.minimum <= self.maximum <= 1:
            return f"{shown(round(value * 100, 2))}%"
        return f"{shown(value)} {self.unit}".strip()


@dataclass(slots=True)
class Source:
    """One rule file being read, with what all files share: parameters and faults so far.

    `amounts` are the numbers a rule file works out for those read after it, by name;
    `percentiles` are the fields whose place among all customers some predicate asks for.
    Without `references` a "$name" is a text as any other.
    """

    file: str
    faults: list[RuleFault]
    parameters: dict[str, Parameter]
    amounts: dict[str, float]
    percentiles: set[str] = field(default_factory=set)
    references: bool = True

    def fault(self, path: str, code: str, /, **params: object) -> None:
        """Note a fault at `path`; `code` is the last part of a `rules.fault.` message."""
        self.faults.append(RuleFault(self.file, path, text(f"rules.fault.{code}", **params)))


def parse_toml(content: str, source: Source) -> dict[str, Any]:
    """The table in `content`; a syntax error becomes a fault and an empty table."""
    try:
        return tomllib.loads(content)
    except (ValueError, RecursionError) as error:  # not only TOMLDecodeError: 5,000 digits, [[[[…
        line = re.search(r"line (\d+)", str(error))
        source.fault("", "syntax" if line else "not_toml", line=line[1] if line else "")
        return {}


def hint(word: object, options: Iterable[str]) -> str:
    """"did you mean" for a mistyped word, empty where nothing is near."""
    near = difflib.get_close_matches(str(word), list(options), n=1)
    return text("rules.fault.hint", word=near[0]) if near else ""


class Node:
    """A TOML table with its key path. Reading a wrong value notes a fault and gives a stand-in.

    The stand-ins let the loader go on and find all other faults; they never reach a RuleSet,
    because a file with faults is refused as a whole.
    """

    def __init__(self, table: dict[str, Any], path: str, source: Source) -> None:
        self.table = table
        self.path = path
        self.source = source
        self._seen: set[str] = set()

    def at(self, key: str) -> str:
        """The key path of one of this table's keys."""
        return f"{self.path}.{key}" if self.path else key

    def fault(self, key: str, code: str, /, **params: object) -> None:
        """Note a fault at `key` of this table."""
        self.source.fault(self.at(key) if key else self.path, code, **params)

    def has(self, key: str) -> bool:
        """Whether the key is given."""
        return key in self.table

    def raw(self, key: str) -> Any:
        """The value as it stands, with "$name" replaced by the parameter's value."""
        self._seen.add(key)
        return self.resolve(key, self.table.get(key))

    def resolve(self, key: str, value: Any) -> Any:
        """Follow "$name" references, in lists too."""
        if isinstance(value, list):
            return [self.resolve(key, item) for item in value]
        if not (self.source.references and isinstance(value, str) and value.startswith("$")):
            return value
        known = {key: parameter.value for key, parameter in self.source.parameters.items()}
        known |= self.source.amounts
        if value[1:] in known:
            return known[value[1:]]
        self.fault(key, "parameter_unknown", name=value, allowed=joined(known),
                   hint=hint(value[1:], known))
        return 0.0

    def text(self, key: str, default: str | None = None) -> str:
        """A text; required and not empty unless a default is given."""
        value = self.raw(key)
        if default is not None and (value is None or value == ""):
            return default
        if not isinstance(value, str) or not value.strip():
            self.fault(key, "missing" if value is None else "text", key=key)
            return ""
        return value

    def identifier(self, key: str) -> str:
        """An id: letters, digits and underscores, because ids are joined and become columns."""
        value = self.text(key)
        if value and not _IDENTIFIER.fullmatch(value):
            self.fault(key, "identifier")
        return value

    def number(self, key: str, low: float, high: float, default: float | None = None) -> float:
        """A number within low..high, both included."""
        value = self.raw(key)
        if value is None and default is not None:
            return default
        if value is None:
            self.fault(key, "missing", key=key)
        elif not is_number(value) or not low <= value <= high:
            self.fault(key, "number", low=shown(low), high=shown(high))
        else:
            return float(value)
        return low

    def filled(self, key: str) -> tuple[str, ...]:
        """A list of texts with "{name}" replaced by that amount; other braces are faults."""
        amounts = {name: money(amount, exact=True) for name, amount in self.source.amounts.items()}
        found = tuple(_AMOUNT.sub(lambda name: amounts.get(name[1], name[0]), item)
                      for item in self.texts(key))
        if any(set("{}") & set(item) for item in found):
            self.fault(key, "braces", allowed=joined(f"{{{name}}}" for name in amounts))
        return found

    def flag(self, key: str, *, default: bool = False) -> bool:
        """A yes or no."""
        value = self.raw(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.fault(key, "flag")
        return value is True

    def choice(self, key: str, options: Iterable[str], default: str | None = None) -> str:
        """One of `options`."""
        value = self.raw(key)
        if value is None and default is not None:
            return default
        allowed = list(options)
        if value not in allowed:
            self.fault(key, "choice", value=value, allowed=joined(allowed),
                       hint=hint(value, allowed))
            return allowed[0] if allowed else ""
        return str(value)

    def texts(self, key: str, default: tuple[str, ...] | None = None,
              options: Iterable[str] | None = None) -> tuple[str, ...]:
        """A list of texts, none of them empty, each one of `options` if those are given."""
        value = self.raw(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, list) or not all(map(_is_said, value)):
            self.fault(key, "missing" if value is None else "texts", key=key)
            return ()
        if options is not None:
            allowed = list(options)
            for item in value:
                if item not in allowed:
                    self.fault(key, "choice", value=item, allowed=joined(allowed),
                               hint=hint(item, allowed))
        return tuple(value)

    def child(self, key: str) -> Node:
        """The sub-table `key`; a missing one is a fault and reads as empty."""
        value = self.raw(key)
        if not isinstance(value, dict):
            self.fault(key, "missing" if value is None else "table", key=key)
            value = {}
        return Node(value, self.at(key), self.source)

    def rows(self, key: str, *, required: bool = True) -> Iterator[Node]:
        """The tables of an array of tables; their paths count from 1 as people do."""
        value = self.raw(key)
        if value is None and not required:
            return
        if not isinstance(value, list) or not value:
            self.fault(key, "missing" if value is None else "rows", key=key)
            return
        for number, item in enumerate(value, start=1):
            path = f"{self.at(key)}[{number}]"
            if isinstance(item, dict):
                yield Node(item, path, self.source)
            else:
                self.source.fault(path, "table")

    def unique(self, keys: Iterable[str], key: str) -> None:
        """Note every id that stands twice among `keys`."""
        seen: set[str] = set()
        for item in keys:
            if item in seen:
                self.fault(key, "twice", value=item)
            seen.add(item)

    def close(self) -> None:
        """Note every key that nothing has read: most are typing mistakes."""
        for key in self.table:
            if key not in self._seen:
                self.fault(key, "unknown_key", allowed=joined(sorted(self._seen)),
                           hint=hint(key, self._seen))


def read_parameters(root: Node) -> None:
    """Add the file's [parameters] table to the parameters all files share."""
    if not root.has("parameters"):
        return
    for key, value in root.child("parameters").table.items():
        if key in root.source.parameters:
            root.fault(f"parameters.{key}", "twice", value=key)
        if not isinstance(value, dict):
            root.fault(f"parameters.{key}", "table")
            continue
        node = Node(value, f"parameters.{key}", root.source)
        low = node.number("min", -LARGEST, LARGEST)
        high = node.number("max", -LARGEST, LARGEST)
        if low > high:
            node.fault("min", "order")
            low, high = high, low
        root.source.parameters[key] = Parameter(
            key, node.text("label"), node.text("unit", ""), node.number("value", low, high),
            low, high, root.source.file)
        node.close()


def is_number(value: object) -> bool:
    """A TOML number of a sensible size; true, false, inf and nan are none."""
    return (isinstance(value, int | float) and not isinstance(value, bool)
            and -LARGEST <= value <= LARGEST)


def _is_said(value: object) -> bool:
    """A text with something in it."""
    return isinstance(value, str) and bool(value.strip())


def joined(words: Iterable[str]) -> str:
    """Words as a Chinese enumeration."""
    return "、".join(words)


def shown(value: float) -> str:
    """A number with thousands separators and no idle decimals: 50,000 · 0.9 · 100.01."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.4f}".rstrip("0")
