"""PostgreSQL, Redis, RabbitMQ and a mail catcher for those suites that need them, once for all of them."""

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
    The environment of suites on real servers; nothing is started where no suite needs any.

    :param kind: auto, env, docker or native (tests/support/README.md).
    :raises tests.support.ServersUnavailable: says what is missing and what can be done.
    """
    if not any(suite.layer in LAYERS for suite in chosen):
        yield {}
        return
    with start(kind, say=lambda text: say(f"· {text}")) as there:
        yield there.for_tests(kind)
