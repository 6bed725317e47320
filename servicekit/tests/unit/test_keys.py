import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from servicekit.auth.keys import InvalidToken, PublishedKeys
from servicekit.base.exceptions import NeighbourUnavailable
from servicekit.testing import FakeClock
from servicekit.testing.tokens import KeyPair

OLD, NEW = KeyPair(), KeyPair()


class Signer:
    """A fake of user_service's published keys, which can be down or slow, and counts how often it was asked."""

    def __init__(self, clock, *keys):
        self.clock = clock
        self.takes = 0
        self.page = {"keys": [key.public_jwk() for key in keys]}
        self.away = False
        self.asked = 0

    def __call__(self):
        self.asked += 1
        self.clock.advance(seconds=self.takes)
        if self.away:
            raise NeighbourUnavailable("user_service", "away")
        return self.page


@pytest.fixture
def clock():
    return FakeClock(datetime(2026, 3, 2, 12, tzinfo=UTC))


@pytest.fixture
def signer(clock):
    return Signer(clock, OLD)


@pytest.fixture
def keys(signer, clock):
    return PublishedKeys(signer, clock=clock, keep=timedelta(minutes=5), min_refresh=timedelta(seconds=5))


class TestPublishedKeys:
    def test_fetches_once_for_many_tokens(self, keys, signer):
        assert {keys.key(OLD.kid).key_id for _ in range(10)} == {OLD.kid}
        assert signer.asked == 1

    def test_accepts_a_new_key_at_once(self, keys, signer, clock):
        keys.key(OLD.kid)
        signer.page = {"keys": [OLD.public_jwk(), NEW.public_jwk()]}
        clock.advance(seconds=5)

        assert keys.key(NEW.kid).key_id == NEW.kid
        assert keys.key(OLD.kid).key_id == OLD.kid

    def test_refuses_a_withdrawn_key_after_five_minutes(self, keys, signer, clock):
        keys.key(OLD.kid)
        signer.page = {"keys": [NEW.public_jwk()]}

        clock.advance(minutes=4)
        assert keys.key(OLD.kid)
        clock.advance(minutes=1)
        with pytest.raises(InvalidToken, match="published"):
            keys.key(OLD.kid)

    @pytest.mark.security
    def test_made_up_key_ids_do_not_load_the_signer(self, keys, signer, clock):
        """A thousand made-up ids cause one fetch, and the next ones another, five seconds later."""
        for number in range(1000):
            with pytest.raises(InvalidToken):
                keys.key(f"made-up-{number}")
        assert signer.asked == 1

        clock.advance(seconds=5)
        with pytest.raises(InvalidToken):
            keys.key("made-up")
        assert signer.asked == 2

    def test_uses_cached_keys_while_the_signer_is_down(self, keys, signer, clock):
        keys.key(OLD.kid)
        signer.away = True
        clock.advance(hours=3)

        assert keys.key(OLD.kid).key_id == OLD.kid

    @pytest.mark.regression
    def test_an_unknown_key_is_unavailable_while_the_signer_is_down(self, keys, signer, clock):
        """A service that started before user_service answered 401 to valid tokens."""
        signer.away = True
        with pytest.raises(NeighbourUnavailable, match="user_service: away"):
            keys.key(OLD.kid)

        signer.away = False
        clock.advance(seconds=5)
        with pytest.raises(InvalidToken):
            keys.key("made-up")

    def test_fetches_seldom_while_the_signer_is_down(self, keys, signer):
        signer.away = True
        for _ in range(10):
            with pytest.raises(NeighbourUnavailable):
                keys.key(OLD.kid)

        assert signer.asked == 1

    def test_threads_that_waited_for_a_hanging_signer_do_not_fetch_again(self, keys, signer, clock):
        signer.away, signer.takes = True, 6
        for _ in range(2):
            with pytest.raises(NeighbourUnavailable):
                keys.key(OLD.kid)

        assert signer.asked == 1

    def test_a_signer_without_keys_counts_as_down(self, keys, signer):
        signer.page = {"keys": []}

        with pytest.raises(NeighbourUnavailable, match="no usable key"):
            keys.key(OLD.kid)

    def test_fetches_again_when_the_signer_is_back(self, keys, signer, clock):
        signer.away = True
        with pytest.raises(NeighbourUnavailable):
            keys.key(OLD.kid)
        signer.away = False
        clock.advance(seconds=5)

        assert keys.key(OLD.kid).key_id == OLD.kid

    @pytest.mark.parametrize(
        "nonsense",
        [
            {},
            {"keys": None},
            {"keys": "all of them"},
            {"keys": [None, 7, "key", [], {}, {"kty": "OKP"}]},
            {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "!", "kid": "x"}]},
            {"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": OLD.kid}]},
            [],
            None,
        ],
    )
    def test_keeps_its_keys_when_the_signer_answers_nonsense(self, keys, signer, clock, nonsense):
        keys.key(OLD.kid)
        signer.page = nonsense
        clock.advance(hours=1)

        assert keys.key(OLD.kid).key_id == OLD.kid

    def test_ignores_unusable_keys(self, keys, signer):
        signer.page["keys"] += [{"kty": "RSA", "kid": "rsa"}, {"kty": "OKP", "crv": "X25519"}]

        assert keys.key(OLD.kid).key_id == OLD.kid

    def test_ignores_a_key_without_an_id(self, keys, signer):
        nameless = {name: value for name, value in NEW.public_jwk().items() if name != "kid"}
        signer.page["keys"].append(nameless)

        with pytest.raises(InvalidToken):
            keys.key(NEW.kid)

    def test_a_thread_with_a_cached_key_does_not_wait_for_another_that_fetches(self, keys, signer, clock):
        """The fetch of one thread hangs; another thread uses the cached key."""
        keys.key(OLD.kid)
        clock.advance(minutes=5)
        asking, answer = threading.Event(), threading.Event()

        def hang():
            asking.set()
            answer.wait(5)
            return signer.page

        keys._fetch = hang
        slow = threading.Thread(target=keys.key, args=[OLD.kid])
        slow.start()
        assert asking.wait(5)

        assert keys.key(OLD.kid).key_id == OLD.kid
        answer.set()
        slow.join(5)

    def test_threads_that_need_a_key_at_the_same_time_fetch_once(self, signer, clock):
        second_question = threading.Event()

        def slow():
            """Answers after 0.2 s, in which the other threads arrive, or at once when a second thread fetches too."""
            if signer.asked:
                second_question.set()
            page = signer()
            second_question.wait(0.2)
            return page

        keys = PublishedKeys(slow, clock=clock)
        with ThreadPoolExecutor(8) as threads:
            found = list(threads.map(keys.key, [OLD.kid] * 8))

        assert [key.key_id for key in found] == [OLD.kid] * 8
        assert signer.asked == 1
