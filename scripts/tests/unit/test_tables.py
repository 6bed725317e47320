from scripts.shop.tables import table


class TestTable:
    def test_lines_up_words_to_the_left_and_numbers_to_the_right(self):
        assert table([("unit", "7", "green"), ("component", "123", "red")]) == (
            "unit         7  green\ncomponent  123  red"
        )

    def test_is_empty_without_rows(self):
        assert table([]) == ""
