"""What people do in the shop: most only browse, some sign in, few order and pay."""

import random
import re
import time
from collections.abc import Callable
from typing import Any, TypeVar

import requests
from locust import User, between, task

from scripts.shop.client import Json, StepFailed
from scripts.shop.customer import VALID_CARD, Customer
from scripts.shop.load.first_mail import text_of_first_mail
from tests.load import answers
from tests.load.plan import Plan

PLAN = Plan.of_environment()
ANSWERED_WITHIN_SECONDS = 20.0
SIGN_IN_SHARE = 0.5
"""Of a token's life, after which its owner signs in again."""

Answer = TypeVar("Answer")
WRONG = (StepFailed, requests.RequestException, LookupError, TypeError, AttributeError)
"""An answer that is missing, has another status, or is not what it should be in content or shape."""


class TimedSession(requests.Session):
    """Remembers what it asked last, and how long the answer took."""

    method = route = ""
    milliseconds = 0.0

    def request(self, method: str, url: str, **options: Any) -> requests.Response:  # type: ignore[override]
        self.method = method
        self.route = re.sub(r"/\d+/", "/{id}/", re.sub(r"^https?://[^/]+|\?.*$", "", url))
        started = time.perf_counter()
        try:
            # A redirect may lead to a host that nobody allowed to be loaded.
            return super().request(method, url, **options, allow_redirects=False)
        finally:
            self.milliseconds = 1000 * (time.perf_counter() - started)


class Shopper(User):
    abstract = True
    wait_time = between(0.1, 0.5)

    def on_start(self) -> None:
        self.session = TimedSession()
        self.customer = Customer(PLAN.urls, session=self.session, timeout=ANSWERED_WITHIN_SECONDS)

    def step(self, ask: Callable[[], Answer], check: Callable[[Answer], None]) -> Answer | None:
        """One request, reported to Locust; its answer, or None when something is wrong with it."""
        error: Exception | None = None
        answer: Answer | None = None
        try:
            answer = ask()
            check(answer)
        except WRONG as wrong:
            error = wrong
        self.customer.exchanges.clear()  # a run is long
        self.environment.events.request.fire(
            request_type=self.session.method,
            name=self.session.route,
            response_time=self.session.milliseconds,
            response_length=0,
            exception=error,
            context={},
        )
        return None if error else answer

    def looks_at_a_product(self) -> Json | None:
        wanted = random.choice(PLAN.products)  # noqa: S311 - not a secret
        return self.step(lambda: self.customer.sees_product(wanted), lambda answer: answers.is_product(answer, wanted))


class Visitor(Shopper):
    """Looks around without an account."""

    weight = 7

    @task(2)
    def browses(self) -> None:
        self.step(self.customer.sees_products, answers.is_page_of_products)

    @task(5)
    def looks(self) -> None:
        self.looks_at_a_product()


class Member(Shopper):
    """Has an account; looks around, and sometimes orders."""

    weight = 3
    signed_in_until = 0.0
    verified = not PLAN.mail_api

    @task(3)
    def browses(self) -> None:
        self.step(self.customer.sees_products, answers.is_page_of_products)

    @task(1)
    def comes_back(self) -> None:
        self.signed_in_until = 0.0
        self.is_signed_in()

    @task(2)
    def orders_and_pays(self) -> None:
        product = self.looks_at_a_product()
        if not product or not self.is_signed_in():
            return
        order = self.step(lambda: self.customer.orders(product), lambda answer: answers.is_order_of(answer, product))
        if order and self.step(
            lambda: self.customer.pays_with(VALID_CARD, order=order),
            lambda answer: answers.is_payment_of(answer, order),
        ):
            self.step(lambda: self.customer.sees_order(order["id"]), lambda answer: answers.is_confirmed(answer, order))

    @task(2)
    def reads_notifications(self) -> None:
        if self.is_signed_in():
            self.step(self.customer.sees_notifications, answers.are_notifications)

    def is_signed_in(self) -> bool:
        """Register at the first time, and sign in where that is needed."""
        if not self.customer.user_id and not self.step(
            self.customer.registers, lambda user: answers.is_user(user, self.customer)
        ):
            self.on_start()  # as somebody else: this name may have been taken, without an answer
        if self.customer.user_id and not self.verified:
            self.verifies_the_address()
        if self.customer.user_id and time.monotonic() > self.signed_in_until:
            tokens = self.step(self.customer.signs_in, answers.are_tokens)
            if tokens:
                self.signed_in_until = time.monotonic() + SIGN_IN_SHARE * tokens["expires_in"]
        return time.monotonic() <= self.signed_in_until

    def verifies_the_address(self) -> None:
        """Otherwise the mails of all orders would wait."""
        text = text_of_first_mail(self.customer.email, api=PLAN.mail_api)
        self.step(lambda: self.customer.verifies_email(text), lambda _: None)
        self.verified = True
