"""The canary is alive: each of its changes still finds the text that it changes."""

import pytest

from tests.contract_canary.changes import BREAKING, HARMLESS, Change, Edit
from tests.contract_canary.planting import NoLongerApplies, edited
from tests.support.contracts.pacts import ROOT


class TestChanges:
    @pytest.mark.parametrize("change", [*BREAKING, *HARMLESS], ids=lambda change: change.what)
    def test_still_apply(self, change: Change):
        for edit in change.edits:
            assert edited((ROOT / edit.file).read_text(), edit)

    @pytest.mark.parametrize("change", BREAKING, ids=lambda change: change.what)
    def test_name_a_file_that_exists_and_is_run(self, change: Change):
        assert (ROOT / change.red).is_file()
        assert (ROOT / change.run).is_dir()

    def test_are_of_all_the_kinds_that_break_somebody(self):
        assert len({change.kind for change in BREAKING}) >= 12
        assert len({change.kind for change in HARMLESS}) >= 6


class TestEdited:
    @pytest.mark.parametrize("text", ["", "a b b c"])
    def test_is_an_error_when_the_text_is_not_there_exactly_once(self, text: str):
        with pytest.raises(NoLongerApplies, match=r"a_file\.py"):
            edited(text, Edit("a_file.py", "b", "x"))
