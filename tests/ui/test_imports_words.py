"""What is said of a finding before anything is saved."""

import pytest

from branchseg.messages import known_codes, text
from branchseg.model.issues import IssueCode
from ui.pages.imports.telling import finding_words

HERE = [code.removeprefix("checking.") for code in sorted(known_codes())
        if code.startswith("checking.")]


@pytest.mark.parametrize("code", HERE)
def test_the_finding_is_the_same_only_the_advice_is_another(code):
    here, later = text(f"checking.{code}"), text(f"issue.{IssueCode(code)}")
    assert here != later
    assert here.split("。")[0] == later.split("。")[0]


@pytest.mark.parametrize("code", list(IssueCode))
def test_nothing_is_to_be_taken_back_before_it_is_saved(code):
    said = finding_words(code)
    assert "撤销" not in said
    assert "重新导入" not in said
