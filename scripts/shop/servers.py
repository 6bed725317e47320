"""PostgreSQL, Redis, RabbitMQ and a mail catcher, started once for all suites that need them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

from scripts.shop.progress import say
from scripts.shop.suites import Suite
from tests.support import Servers, servers

LAYERS = ("integration",)
Start = Callable[..., AbstractContextManager[Servers]]


@contextmanager
def for_suites(chosen: Iterable[Suite], kind: str, *, start: Start = servers) -> Iterator[Mapping[str, str]]:
    """
    The variables with the addresses of servers; none are started when no suite needs them.

    :param kind: auto, env, docker or native (tests/support/README.md).
    :raises tests.support.ServersUnavailable: says what is missing and what can be done.
    """
    if not any(suite.layer in LAYERS for suite in chosen):
        yield {}
        return
    with start(kind, say=lambda text: say(f"· {text}")) as found:
        yield found.for_tests(kind)
