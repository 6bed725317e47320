from pathlib import Path

from scripts.shop.mails import Mail, mails_to

ALICE = "alice@shop.example"


class TestMailsTo:
    def test_gives_the_mails_to_one_address_oldest_first(self, tmp_path: Path):
        """Django writes mails one after the other, each followed by a line of 79 dashes."""
        dashes = "-" * 79
        (tmp_path / "1.log").write_text(f"Subject: Welcome\nTo: {ALICE}\n\nHello\n{dashes}\n")
        (tmp_path / "2.log").write_text(
            f"Subject: A\nTo: bob@shop.example\n\nx\n{dashes}\nSubject: B\nTo: {ALICE}\n\ny\n{dashes}\n"
        )

        assert mails_to(ALICE, tmp_path) == [Mail("Welcome", "Hello"), Mail("B", "y")]

    def test_gives_none_without_a_folder(self, tmp_path: Path):
        assert mails_to(ALICE, tmp_path / "missing") == []
