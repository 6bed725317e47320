"""Each change of the canary still finds the text that it replaces."""

import pytest

from tests.contract_canary.changes import BREAKING, HARMLESS, Change, NoLongerApplies
from tests.support.contracts.pacts import ROOT


class TestChanges:
    @pytest.mark.parametrize("change", [*BREAKING, *HARMLESS], ids=lambda change: change.what)
    def test_every_change_finds_its_text(self, change: Change):
        assert change.applied_to((ROOT / change.file).read_text())

    @pytest.mark.parametrize("change", BREAKING, ids=lambda change: change.what)
    def test_the_test_file_that_must_fail_exists(self, change: Change):
        assert (ROOT / change.red).is_file()
        assert (ROOT / change.run).is_dir()

    def test_there_are_enough_kinds_of_changes(self):
        assert len({change.kind for change in BREAKING}) >= 12
        assert len({change.kind for change in HARMLESS}) >= 6

    @pytest.mark.parametrize("text", ["", "a b b c"])
    def test_a_text_that_is_not_there_exactly_once_is_an_error(self, text: str):
        change = Change("a kind", "what", file="a_file.py", old="b", new="x", run="")

        with pytest.raises(NoLongerApplies, match=r"a_file\.py"):
            change.applied_to(text)
