from pathlib import Path

from scripts.shop.load.samples import Recording, Sample, Summary, percentile, summarize

REQUEST = '{"at": 1.0, "route": "GET /", "milliseconds": 5.0, "error": ""}\n'


class TestRecording:
    def test_reads_what_several_processes_write(self, tmp_path: Path):
        (tmp_path / "1.jsonl").write_text('{"at": 0.0, "stage": true}\n{"at": 0.5, "users": 3}\n' + REQUEST)
        (tmp_path / "2.jsonl").write_text(REQUEST)
        recording = Recording(tmp_path)

        recording.read()

        assert recording.samples == [Sample(1.0, "GET /", 5.0)] * 2
        assert (recording.starts, recording.users) == ([0.0], [(0.5, 3)])

    def test_gives_what_is_new_and_leaves_half_a_line_for_later(self, tmp_path: Path):
        file = tmp_path / "1.jsonl"
        file.write_text(REQUEST + REQUEST[:20])
        recording = Recording(tmp_path)
        assert len(recording.read()) == 1

        with file.open("a") as more:
            more.write(REQUEST[20:])

        assert recording.read() == [Sample(1.0, "GET /", 5.0)]


class TestSummarize:
    def test_counts_and_sorts(self):
        answers = [Sample(0, "GET /", float(ms), "wrong" if ms > 99 else "") for ms in range(1, 101)]

        assert summarize(answers, seconds=10) == Summary(100, 10.0, errors=0.01, p50=50, p95=95, p99=99)

    def test_of_nothing_is_zero(self):
        assert summarize([], seconds=0) == Summary(0, 0, errors=0, p50=0, p95=0, p99=0)


class TestPercentile:
    def test_is_a_value_that_was_measured(self):
        assert percentile([1.0, 2.0, 3.0], 50) == 2.0

    def test_of_one_value_is_that_value(self):
        assert percentile([7.0], 99) == 7.0
