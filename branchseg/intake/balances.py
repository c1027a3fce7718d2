"""What a bare "余额" is: all that a customer owns, or the balance of one kind of product.

Taking some accounts for all of them would lower assets and tier of every customer on the list, so
the products of the list and the name of its sheet are heard first.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from branchseg.intake.vocabulary import vocabulary

if TYPE_CHECKING:
    from branchseg.model.raw import ColumnMatch, RawTable

WEAK = "intake.match.weak"
"""Why a name that often means a field, but not always, is asked."""

ONE_KIND = "intake.match.kind"
"""Products or sheet tell of one kind: its balance is suggested."""

SOME_KINDS = "intake.match.part"
"""They tell of several kinds, but not of all accounts: no field is suggested."""

WHOLE_OR_PART = "intake.match.whole_or_part"
"""Nobody knows: a person has to say which of the two it is."""

_EVERYDAY = frozenset({"demand", "deposit"})
"""Several kinds with one of these may well be all that a customer owns."""

_PRODUCT = re.compile("产品|储种|品种|(?:账户|业务|存款|资产)(?:类型|种类|类别|性质)")
_NO_PRODUCT = re.compile("代码|编号|日|金额|余额|数|到期")
_PEOPLE = re.compile("(?:理财|基金|保险|贷款|存款)(?:客户|经理|顾问)")
_ALL = re.compile("AUM|资产", re.IGNORECASE)


def settled(table: RawTable, column: ColumnMatch) -> ColumnMatch:
    """The column, or what is suggested instead if it is a bare balance taken for all assets."""
    bare = column.field == "aum_point" and column.reason == WEAK and "余额" in column.header
    if not bare:
        return column
    kinds = _kinds_told(table)
    if len(kinds) == 1:
        return replace(column, field=next(iter(kinds)), reason=ONE_KIND)
    if kinds and not kinds & _EVERYDAY:
        return replace(column, field=None, reason=SOME_KINDS)
    return replace(column, reason=WHOLE_OR_PART)


def _kinds_told(table: RawTable) -> frozenset[str]:
    """The kinds of accounts a list has, as fields; none if some of them are unknown.

    The products count; what they do not tell the name of the sheet does, or that of the file.
    """
    named = _kinds_in_name(table.source.sheet)
    named = named or _kinds_in_name(PurePath(table.source.file_name).stem)
    products = [_kinds_in(product) for product in _products(table)]
    told = frozenset().union(*products)
    if products and all(products):
        return told
    return told | named if named else named


def _products(table: RawTable) -> set[str]:
    """The different products of a list, out of all columns that name them."""
    return {cell.strip() for header, cells in zip(table.headers, table.columns, strict=True)
            if _PRODUCT.search(header) and not _NO_PRODUCT.search(header)
            for cell in set(cells) if isinstance(cell, str) and cell.strip()}


def _kinds_in_name(name: str) -> frozenset[str]:
    """The kinds the name of a sheet or file tells; none if it is about all assets."""
    return frozenset() if _ALL.search(name) else _kinds_in(_PEOPLE.sub("", name))


def _kinds_in(text: str) -> frozenset[str]:
    """The kinds a text names; "定期存款" is a time deposit, not any deposit."""
    found = frozenset(key for key, words in vocabulary().kinds.items()
                      if any(word in text for word in words))
    return found - {"deposit"} if found & {"demand", "time_deposit"} else found
