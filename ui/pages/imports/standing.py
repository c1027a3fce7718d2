"""How a list that is being imported stands to those in force, in the worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchseg.model.fields import AUM_SOURCES, FIELDS
from branchseg.model.raw import shown_header

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchseg.model.raw import ColumnMapping
    from branchseg.pipeline import Losses, Prepared
    from branchseg.rules import RuleSet
    from branchseg.store.records import Batch
    from branchseg.store.vault import Vault

_FIELDS_NAMED = 3

def standing(vault: Vault, prepared: Prepared) -> str:
    """That this content is in force already, or newer one, or other amounts of the same day.

    "" for simply the next list.
    """
    same = vault.find_same_content(prepared.table)
    if same is not None:
        return _again(same, prepared)
    newest = max((batch.as_of for batch in vault.batches() if batch.in_force),
                 default=prepared.table.as_of)
    if prepared.table.as_of >= newest:
        return _differs(vault, prepared)
    return (f"数据日期 {prepared.table.as_of.isoformat()} 早于已有名单的 {newest.isoformat()}："
            "同一客户较新的数据不变，只补上原来没有的内容。")


def _again(batch: Batch, prepared: Prepared) -> str:
    """Another day would make old values count as new ones."""
    name = f"“{batch.sources[0].file_name}”" if batch.sources else "名单"
    known = f"和 {batch.imported_at.astimezone():%m-%d %H:%M} 导入的{name}内容完全相同"
    if batch.as_of == prepared.table.as_of:
        return f"{known}，再导入也不会重复计数。"
    return (f"{known}，只是数据日期从 {batch.as_of.isoformat()} 变成了 "
            f"{prepared.table.as_of.isoformat()}。如果其实是同一份名单，请不要导入，"
            "否则旧数据会被当成新数据。")


def _differs(vault: Vault, prepared: Prepared) -> str:
    """That a list of the same day states other amounts: the one imported later counts."""
    from branchseg.pipeline import sameday  # noqa: PLC0415 - pandas

    found = sameday.same_day(vault, prepared.table)
    if found is None:
        return ""
    names = "、".join(f"“{source.file_name}”" for batch in found.batches
                     for source in batch.sources[:1])
    fields = "、".join(FIELDS[key].label for key in found.fields[:_FIELDS_NAMED])
    more = " 等" if len(found.fields) > _FIELDS_NAMED else ""
    return (f"已导入的同一天的名单{names}里，{found.customers:,} 户的金额和这份不同"
            f"（{fields}{more}）：导入后以这份为准。请先核对哪一份是对的。")


def losing(lost: Losses, mappings: Sequence[ColumnMapping]) -> str:
    """That assets which are known would vanish, and what to do; "" if they would not."""
    told = []
    if lost.below_parts:
        told.append(f"{lost.below_parts:,} 户的资产会变成比已知的活期、定期、理财等之和还少")
    if lost.halved:
        told.append(f"{lost.halved:,} 户的资产会不到原来的一半")
    words = ""
    if told:
        names = "、".join(f"“{shown_header(mapping.used[key].header)}”" for mapping in mappings
                         for key in AUM_SOURCES if key in mapping.used)
        words = (f"{'，'.join(told)}。钱确实转走了的，直接完成导入；这份名单只有部分账户的，请返回"
                 f"“核对列”，把{names}改为它实际的那一类余额（如“定期余额”），不止一类就选“不导入”。")
    if lost.without_average:
        words += (f"{lost.without_average:,} 户原有的月日均AUM比这份名单早一个多月，"
                  "导入后不再使用，层级改按这份名单的资产。")
    return words


def since_last(vault: Vault, batch_id: int, ruleset: RuleSet) -> str:
    """What has changed from the last list of the same kind to an import; "" if there is none."""
    from branchseg.pipeline import compare  # noqa: PLC0415 - pandas

    batch = next((one for one in vault.batches() if one.id == batch_id), None)
    older = None if batch is None else compare.predecessor(vault, batch)
    if batch is None or older is None:
        return ""
    changes = compare.compare_imports(vault, older, batch, ruleset)
    if not changes.alike:
        return ""
    return (f"和 {older.as_of.isoformat()} 的名单相比：新增 {len(changes.new):,} 户，"
            f"少了 {len(changes.gone):,} 户，升层 {len(changes.up):,} 户，"
            f"降层 {len(changes.down):,} 户。")
