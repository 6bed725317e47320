import pytest

from scripts.shop.load.wrk import Ceiling, read

OUTPUT = """Running 2s test @ http://127.0.0.1/
  1 threads and 16 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency    12.03ms    4.10ms  60.10ms   80.00%
    Req/Sec     1.35k   120.00     1.50k    70.00%
  Latency Distribution
     50%  900.00us
     75%   13.00ms
     90%   17.00ms
     99%    1.20s
  2700 requests in 2.00s, 1.00MB read
{wrong}Requests/sec:   {rate}
Transfer/sec:    510.00KB
"""


class TestRead:
    def test_takes_rate_and_percentiles(self):
        assert read("/", OUTPUT.format(wrong="", rate="1349.50")) == Ceiling("/", 1349.5, 0.9, 1200.0, wrong="")

    @pytest.mark.parametrize(
        "line", ["Non-2xx or 3xx responses: 12", "Socket errors: connect 0, read 3, write 0, timeout 0"]
    )
    def test_an_answer_that_is_an_error_is_wrong(self, line: str):
        assert read("/", OUTPUT.format(wrong=f"  {line}\n", rate="1349.50")).wrong == line

    def test_no_answer_is_wrong(self):
        assert read("/", OUTPUT.format(wrong="", rate="0.00")).wrong == "no answer at all"

    def test_a_wrk_that_could_not_start_is_wrong(self):
        assert read("/", "unable to connect to 127.0.0.1:9 Connection refused") == Ceiling(
            "/", 0.0, 0.0, 0.0, wrong="no answer at all"
        )
