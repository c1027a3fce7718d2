"""Task sheets and checklists: ready texts, pages in millimetres, and the task list as xlsx.

Pages are painted by the window's side; this package knows no Qt. The workbook writer is in
`branchseg.sheets.workbook`.
"""

from branchseg.sheets.composing import compose
from branchseg.sheets.layout import ChecklistFactor, checklist_pages, task_pages
from branchseg.sheets.marks import Page
from branchseg.sheets.numbering import (
    is_unregistered,
    parse_payload,
    qr_payload,
    sheet_number,
    unregistered_number,
)
from branchseg.sheets.spoken import speaker_of, spoken
from branchseg.sheets.tasksheet import PrintJob, TaskSheet

__all__ = [
    "ChecklistFactor",
    "Page",
    "PrintJob",
    "TaskSheet",
    "checklist_pages",
    "compose",
    "is_unregistered",
    "parse_payload",
    "qr_payload",
    "sheet_number",
    "speaker_of",
    "spoken",
    "task_pages",
    "unregistered_number",
]
