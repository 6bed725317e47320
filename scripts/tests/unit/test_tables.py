from scripts.shop.tables import table


class TestTable:
    def test_words_are_aligned_left_and_numbers_right(self):
        assert table([("unit", "7", "green"), ("component", "123", "red")]) == (
            "unit         7  green\ncomponent  123  red"
        )

    def test_no_rows_are_an_empty_table(self):
        assert table([]) == ""
