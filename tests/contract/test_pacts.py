"""One contract is one text, whoever wrote it, in which order, and in how many processes."""

import json

import pytest

from tests.contract.visitor import ask_for_name, ask_without_a_token
from tests.support.contracts.pacts import ContractError, Pact, gather, read_all, write_all


class TestGather:
    def test_the_order_of_the_tests_does_not_matter(self, written):
        ask_for_name()
        ask_without_a_token()
        [forwards] = gather(written / "..")

        for each in written.iterdir():
            each.rename(written / ("z" if each.name < "8" else "a"))
            break
        [backwards] = gather(written)

        assert forwards.text() == backwards.text()

    def test_the_same_in_two_tests_is_one(self, written):
        ask_for_name()
        ask_for_name()

        [pact] = gather(written)
        assert len(pact.interactions) == 1

    def test_different_things_in_the_same_words_are_an_error_that_names_them(self, written):
        ask_for_name(name="reader")
        ask_for_name(name="writer")

        with pytest.raises(ContractError, match="visitor call different things of counter 'ask for a name'"):
            gather(written)

    def test_nothing_written_is_no_pact(self, written):
        assert gather(written) == []


class TestText:
    def test_has_neither_versions_nor_times(self, written):
        ask_for_name()

        [pact] = gather(written)

        assert json.loads(pact.text())["metadata"] == {"pactSpecification": {"version": "4.0"}}

    def test_is_what_it_was_after_reading_and_writing(self, written, folder):
        ask_for_name()
        write_all(gather(written), folder)
        [before] = [path.read_text() for path in folder.iterdir()]

        write_all(read_all(folder), folder)

        assert [path.read_text() for path in folder.iterdir()] == [before]


class TestRead:
    @pytest.mark.parametrize("text", ["", "[]", "{}", '{"consumer": {}}'])
    def test_tells_which_file_is_no_pact(self, tmp_path, text):
        (tmp_path / "a-b.json").write_text(text)

        with pytest.raises(ContractError, match=r"a-b\.json is no pact"):
            Pact.read(tmp_path / "a-b.json")
