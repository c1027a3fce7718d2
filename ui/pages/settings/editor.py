"""Changing the rules: the fields at the left, the effect beside them, saving at the foot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from branchseg.errors import BranchsegError

from ...latest import Latest
from ...style import GAP, px
from ...widgets.basic import button, label, restyle
from . import work
from .cutroom import CutRoom
from .draft import RuleDraft
from .effect import EffectPanel
from .faults import fault_sentences
from .parameters import ParameterSection
from .saving import RuleSaving
from .tiers import TierSection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchseg.pipeline import RunResult
    from branchseg.rules import RuleSet
    from branchseg.store.records import Agreement

    from ...session import Session

_PAUSE_MS = 350
_SIDE_BY_SIDE_FROM = 820
_PANEL, _LOW_PANEL, _LEAST_FIELDS = 300, 200, 270


class RuleEditor(QWidget):
    """Tiers, parameters and the cut-point room share one draft, one effect and one 保存.

    `customers_wanted(title, ids)`: show these customers.
    """

    customers_wanted = Signal(str, object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.draft: RuleDraft | None = None
        self.tiers, self.parameters, self.effect = TierSection(), ParameterSection(), EffectPanel()
        self.room = CutRoom(session)
        self.saving = RuleSaving(session, self)
        self._faulty = False
        self._compared: RunResult | None = None
        self._effects = Latest(session)
        self._pause = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self._work_out)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.tiers)
        self._stack.addWidget(self.parameters)
        self._stack.addWidget(self.room)
        self._said = label("")
        self.reset_button = button("全部恢复默认", flat=True, clicked=self._reset)
        self.undo_button = button("撤销上次修改", "undo", self.saving.undo, flat=True,
                                  tip="恢复上次保存之前的规则，并重新判定（Ctrl+Z）")
        self.discard_button = button("放弃修改", clicked=self.discard)
        self.save_button = button("保存并重新判定", clicked=self._save, primary=True)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._build()
        self.effect.customers_wanted.connect(self._show_customers)
        self.room.customers_wanted.connect(self.customers_wanted)

    def _build(self) -> None:
        self._row.setSpacing(px(GAP))
        self._row.addWidget(self._stack, 5)
        self._row.addWidget(self.effect, 3)
        foot = QHBoxLayout()
        foot.setSpacing(px(10))
        foot.addWidget(self._said, 1)
        for each in (self.undo_button, self.reset_button, self.discard_button,
                     self.save_button):
            foot.addWidget(each)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(GAP))
        column.addLayout(self._row, 1)
        column.addLayout(foot)

    def show_section(self, section: QWidget) -> None:
        """Show tiers, parameters or the cut-point room, which needs the room of the effect."""
        self._stack.setCurrentWidget(section)
        self.effect.setVisible(section is not self.room)
        self._refresh_foot()

    def showEvent(self, event: QShowEvent) -> None:
        """Something else may have been done meanwhile, which has to be undone first."""
        super().showEvent(event)
        self._refresh_foot()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The effect stands below the fields where it is narrow."""
        super().resizeEvent(event)
        wide = self.width() >= px(_SIDE_BY_SIDE_FROM)
        self._row.setDirection(QBoxLayout.Direction.LeftToRight if wide
                               else QBoxLayout.Direction.TopToBottom)
        self._stack.setMinimumHeight(0 if wide else px(_LEAST_FIELDS))
        self.effect.setMinimumHeight(0 if wide else px(_LOW_PANEL))
        self.effect.setMaximumHeight(16777215 if wide else px(_LOW_PANEL))
        self.effect.setMaximumWidth(px(_PANEL) if wide else 16777215)

    # --- the draft ---

    def begin(self, base: RuleSet, shipped: RuleSet, kept: Mapping[str, Agreement]) -> None:
        """Start from the rules in force and what was agreed; what is being changed stays."""
        if self.draft is None:
            self.draft = RuleDraft(base, shipped, self)
            self.draft.kept = kept
            self.draft.changed.connect(self._changed)
            self.parameters.show_draft(self.draft)
            self.tiers.show_draft(self.draft)
            self.room.show_draft(self.draft)
            self._changed()
        elif self.draft.base is not base or self.draft.kept != kept:
            self.draft.rebase(base, kept)

    @property
    def dirty(self) -> bool:
        """Whether something would be lost."""
        return self.draft is not None and bool(self.draft.changes)

    def refresh_effect(self) -> None:
        """The customers have changed."""
        self._changed()

    def discard(self) -> None:
        """Back to the rules in force."""
        if self.draft is not None:
            self.draft.discard()

    def _reset(self) -> None:
        if self.draft is not None:
            self.draft.reset()

    def _changed(self) -> None:
        """Show the draft; work out its effect after a short pause."""
        self._faulty = False
        self._effects.drop()
        self.tiers.refresh()
        self.parameters.refresh()
        self.room.refresh()
        self._refresh_foot()
        if self.dirty:
            self.effect.wait()
        else:
            self.effect.rest()
        self._pause.start()

    def _refresh_foot(self) -> None:
        """What can be done now."""
        draft, busy = self.draft, self.saving.busy
        changes = draft.changes if draft is not None else 0
        words = f"有 {changes} 处修改未保存" if changes else "没有未保存的修改"
        if changes and self.effect.isHidden():
            words += f"；{self.effect.text}"
        self._said.setText(words)
        restyle(self._said, "role", "" if changes else "muted")
        restyle(self._said, "tone", "warn" if changes else "")
        self.save_button.setEnabled(bool(changes) and not self._faulty and not busy)
        self.undo_button.setVisible(self.saving.can_undo and not changes)
        self.discard_button.setEnabled(bool(changes) and not busy)
        self.reset_button.setEnabled(draft is not None and not draft.as_shipped and not busy)
        self._stack.setEnabled(not busy)

    # --- the effect ---

    def _work_out(self) -> None:
        if self.draft is None:
            return
        recipe, result, vault = self.draft.recipe(), self._session.result, self._session.vault
        self._effects.ask("正在计算影响", lambda _reporter: work.preview(recipe, result, vault),
                          self._show_effect, self._effect_failed)
        self.room.work_out()

    def _show_effect(self, preview: work.Preview) -> None:
        by_column = {effect.column: effect for effect in preview.effects}
        if "tier" in by_column:
            self.tiers.show_counts({word: after for word, _, after in by_column["tier"].shares})
        if not self.dirty or self.draft is None:
            return
        if not preview.effects:
            self.effect.show_effects((), "还没有客户，保存后对以后导入的名单生效。")
        else:
            self._compared = preview.result
            self.effect.show_effects(preview.effects, self._headline(preview))
        self._refresh_foot()

    def _show_customers(self, title: str, positions: Sequence[int]) -> None:
        """Whose word changes, of the customers that were compared."""
        if self._compared is not None:
            self.customers_wanted.emit(title, self._compared.table.ids_at(positions))

    def _headline(self, preview: work.Preview) -> str:
        """The effect in one sentence."""
        assert self.draft is not None
        changed: set[int] = set()
        for effect in preview.effects:
            changed.update(effect.changed.tolist())
            if self.draft.preset_changed and effect.column == "tier":
                return (f"换成“{self.draft.preset.label}”："
                        f"{len(effect.changed):,} 户层级改变")
        return f"{len(changed):,} 户会有变化" if changed else "没有客户因此改变"

    def _effect_failed(self, error: BranchsegError) -> None:
        """The values do not fit together: say so, and do not let them be saved."""
        self._faulty = True
        self.effect.fail(fault_sentences(error))
        self._refresh_foot()

    # --- saving ---

    def _save(self) -> None:
        if self.draft is not None and self.dirty:
            self.saving.save(self.draft)
            self._refresh_foot()

    def saving_ended(self) -> None:
        """Saved, taken back, or not: the fields may be used again."""
        self._refresh_foot()
