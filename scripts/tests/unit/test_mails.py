from pathlib import Path

from scripts.shop.mails import mails


class TestMails:
    def test_takes_apart_what_the_file_backend_wrote(self, tmp_path: Path):
        """Django writes mails one after the other, each followed by a line of 79 dashes."""
        dashes = "-" * 79
        (tmp_path / "one.log").write_text(f"Subject: Welcome\nTo: alice@shop.example\n\nHello\n{dashes}\n")
        (tmp_path / "two.log").write_text(f"Subject: A\n\nx\n{dashes}\nSubject: B\n\ny\n{dashes}\n")

        assert [mail["Subject"] for mail in mails(tmp_path)] == ["Welcome", "A", "B"]

    def test_finds_none_where_there_is_no_folder(self, tmp_path: Path):
        assert mails(tmp_path / "missing") == []
