"""The same contract is the same text, in whichever order and in how many processes the tests ran."""

import json

import pytest

from tests.contract.visitor import ask_for_name, ask_without_a_token
from tests.support.contracts.pacts import ContractError, Pact, merge, read_all, write_all


class TestMerge:
    def test_the_order_of_the_tests_does_not_matter(self, written):
        ask_for_name()
        ask_without_a_token()
        [forwards] = merge(written / "..")

        for each in written.iterdir():
            each.rename(written / ("z" if each.name < "8" else "a"))
            break
        [backwards] = merge(written)

        assert forwards.text() == backwards.text()

    def test_the_same_interaction_of_two_tests_is_one(self, written):
        ask_for_name()
        ask_for_name()

        [pact] = merge(written)
        assert len(pact.interactions) == 1

    def test_different_interactions_with_the_same_description_are_an_error(self, written):
        ask_for_name(name="reader")
        ask_for_name(name="writer")

        with pytest.raises(
            ContractError, match="visitor describe different interactions with counter as 'ask for a name'"
        ):
            merge(written)

    def test_without_files_there_is_no_pact(self, written):
        assert merge(written) == []


class TestText:
    def test_the_text_has_no_versions_of_tools(self, written):
        ask_for_name()

        [pact] = merge(written)

        assert json.loads(pact.text())["metadata"] == {"pactSpecification": {"version": "4.0"}}

    def test_reading_and_writing_does_not_change_the_text(self, written, folder):
        ask_for_name()
        write_all(merge(written), folder)
        [before] = [path.read_text() for path in folder.iterdir()]

        write_all(read_all(folder), folder)

        assert [path.read_text() for path in folder.iterdir()] == [before]


class TestRead:
    @pytest.mark.parametrize("text", ["", "[]", "{}", '{"consumer": {}}'])
    def test_a_file_that_is_no_pact_is_an_error_that_names_it(self, tmp_path, text):
        (tmp_path / "a-b.json").write_text(text)

        with pytest.raises(ContractError, match=r"a-b\.json is no pact"):
            Pact.read(tmp_path / "a-b.json")
