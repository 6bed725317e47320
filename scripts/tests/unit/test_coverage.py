from scripts.shop.coverage import count


def file(*, statements: int, covered_lines: int, branches: int = 0, covered_branches: int = 0) -> dict:
    return {
        "summary": {
            "num_statements": statements,
            "covered_lines": covered_lines,
            "num_branches": branches,
            "covered_branches": covered_branches,
        }
    }


class TestCount:
    def test_adds_statements_and_branches_of_a_package(self):
        counts = count(
            {
                "servicekit/messages/outbox.py": file(statements=10, covered_lines=9, branches=4, covered_branches=2),
                "servicekit/messages/inbox.py": file(statements=6, covered_lines=6),
            }
        )

        assert counts["servicekit"].percent == 85.0

    def test_takes_a_package_that_nobody_measured_for_uncovered(self):
        assert count({})["servicekit"].percent == 0.0
