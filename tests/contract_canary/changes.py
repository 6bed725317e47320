"""The changes: what is edited, and which suite has to turn red. Each text stands exactly once in its file."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Edit:
    file: str
    old: str
    new: str


@dataclass(frozen=True)
class Change:
    """
    :param run: the suite that looks at it.
    :param red: the file that has to turn red; empty for a harmless change.
    :param because: what the reason has to name, so that it is not red for another.
    """

    kind: str
    what: str
    edits: tuple[Edit, ...]
    run: str
    red: str = ""
    because: str = ""

    @property
    def is_breaking(self) -> bool:
        return bool(self.red)


USERS = "user_service/tests/contract/provider"
ORDERS = "order_service/tests/contract/provider"
NOTIFICATIONS = "notification_service/tests/contract/provider"
PACTS, SCHEMA = "test_pacts.py", "test_schema.py"

BREAKING = (
    Change(
        "a field is renamed",
        "user_service answers `active` for `is_active`",
        (
            Edit(
                "user_service/api/serializers/users.py",
                "    is_active = serializers.BooleanField()\n",
                '    active = serializers.BooleanField(source="is_active")\n',
            ),
        ),
        run=USERS,
        red=f"{USERS}/{PACTS}",
        because="is_active",
    ),
    Change(
        "a type is changed",
        "user_service answers ids as text",
        (
            Edit(
                "user_service/api/serializers/users.py",
                "    id = serializers.IntegerField()\n",
                "    id = serializers.CharField()\n",
            ),
        ),
        run=USERS,
        red=f"{USERS}/{PACTS}",
        because="to be an integer",
    ),
    Change(
        "a type is changed",
        "order_service announces money as a number",
        (Edit("servicekit/messages/events.py", 'return f"{value:f}"', "return float(value)"),),
        run=ORDERS,
        red=f"{ORDERS}/{PACTS}",
        because="data.total",
    ),
    Change(
        "a status is changed",
        "notification_service accepts a change with 202",
        (
            Edit(
                "notification_service/api/views.py",
                "return Response(body.data)",
                "return Response(body.data, status=202)",
            ),
        ),
        run=NOTIFICATIONS,
        red=f"{NOTIFICATIONS}/{PACTS}",
        because="expected 200 but was 202",
    ),
    Change(
        "an enumeration grows",
        "order_service answers a status that no client knows",
        (
            Edit(
                "order_service/models/orders.py",
                '        CANCELLED = "cancelled"\n\n    class Reason',
                '        CANCELLED = "cancelled"\n        LOST = "lost"\n\n    class Reason',
            ),
        ),
        run=ORDERS,
        red=f"{ORDERS}/{SCHEMA}",
        because='now there is "lost"',
    ),
    Change(
        "an enumeration changes a word",
        "order_service gives `expired` for the reason `unpaid`",
        (Edit("order_service/models/orders.py", 'UNPAID = "unpaid"', 'UNPAID = "expired"'),),
        run=ORDERS,
        red=f"{ORDERS}/{PACTS}",
        because="data.reason",
    ),
    Change(
        "a header is dropped",
        "messages no longer carry the request id",
        (Edit("servicekit/messages/wire.py", '            "request_id": row.request_id,\n', ""),),
        run=ORDERS,
        red=f"{ORDERS}/{PACTS}",
        because="request_id",
    ),
    Change(
        "a header is dropped",
        "user_service no longer passes on its request id",
        (Edit("servicekit/calls/http.py", 'headers["X-Request-ID"] = request_id', "pass"),),
        run="user_service/tests/contract/consumer",
        red="user_service/tests/contract/consumer/test_listening_services.py",
        because="X-Request-ID",
    ),
    Change(
        "a task is renamed",
        "order_service announces `order.paid` for `order.confirmed`",
        (Edit("order_service/events.py", 'TYPE = "order.confirmed"', 'TYPE = "order.paid"'),),
        run=ORDERS,
        red=f"{ORDERS}/{PACTS}",
        because="order.paid",
    ),
    Change(
        "a task is renamed",
        "every event's task is called `events.<type>`",
        (Edit("servicekit/messages/wire.py", '"task": row.name,', '"task": f"events.{row.name}",'),),
        run=ORDERS,
        red=f"{ORDERS}/{PACTS}",
        because="events.order.",
    ),
    Change(
        "an event's field is removed",
        "order.confirmed no longer says the total",
        (
            Edit(
                "order_service/events.py",
                "    total: Decimal\n    confirmed_at: datetime\n",
                "    total: Decimal\n    confirmed_at: datetime\n\n"
                "    def data(self):\n"
                '        return {name: value for name, value in super().data().items() if name != "total"}\n',
            ),
        ),
        run=ORDERS,
        red=f"{ORDERS}/{PACTS}",
        because="total",
    ),
    Change(
        "the shape of a page is changed",
        "lists are called `items`, not `results`",
        (
            Edit(
                "servicekit/api/pagination.py",
                "    max_page_size = 100\n",
                "    max_page_size = 100\n\n"
                "    def get_paginated_response(self, data):\n"
                "        response = super().get_paginated_response(data)\n"
                '        response.data["items"] = response.data.pop("results")\n'
                "        return response\n",
            ),
        ),
        run=USERS,
        red=f"{USERS}/{PACTS}",
        because="results",
    ),
    Change(
        "an error's code is changed",
        "an unknown user is NO_SUCH_USER",
        (
            Edit(
                "user_service/exceptions.py",
                'code: ClassVar[str] = "USER_NOT_FOUND"',
                'code: ClassVar[str] = "NO_USER"',
            ),
        ),
        run=USERS,
        red=f"{USERS}/{PACTS}",
        because="USER_NOT_FOUND",
    ),
    Change(
        "nobody asks for a token any more",
        "user_service shows accounts to anyone",
        (
            Edit(
                "user_service/api/views/users.py",
                'return [MayChange() if self.request.method in {"PATCH", "DELETE"} else MayRead()]',
                "return [AllowAny()]",
            ),
        ),
        run=USERS,
        red=f"{USERS}/{PACTS}",
        because="expected 401 but was 200",
    ),
    Change(
        "a permission is taken away",
        "order_service's tokens no longer have the scope users:read",
        (Edit("user_service/settings/base.py", '"order_service": ["users:read"]', '"order_service": []'),),
        run=USERS,
        red=f"{USERS}/{PACTS}",
        because="expected 200 but was 403",
    ),
    Change(
        "the format of a time is changed",
        "events say +00:00 for Z",
        (Edit("servicekit/messages/events.py", '.isoformat().replace("+00:00", "Z")', ".isoformat()"),),
        run=ORDERS,
        red=f"{ORDERS}/{PACTS}",
        because="time",
    ),
    Change(
        "null where none was",
        "user_service answers null for a first name that nobody gave",
        (
            Edit(
                "user_service/api/serializers/users.py",
                "    first_name = serializers.CharField()\n",
                "    first_name = UnsaidField()\n",
            ),
        ),
        run=USERS,
        red=f"{USERS}/{PACTS}",
        because="first_name",
    ),
    Change(
        "a consumer asks elsewhere",
        "order_service reads users at /api/accounts/",
        (Edit("order_service/clients/users.py", 'f"/api/users/{user_id}/"', 'f"/api/accounts/{user_id}/"'),),
        run="order_service/tests/contract/consumer",
        red="order_service/tests/contract/consumer/test_user_service.py",
        because="/api/accounts/",
    ),
    Change(
        "a consumer no longer hears",
        "notification_service's queue is not bound to order.cancelled",
        (Edit("notification_service/celery_app.py", '    "order.cancelled",\n', ""),),
        run="notification_service/tests/contract/consumer",
        red="notification_service/tests/contract/consumer/test_order_events.py",
        because="order.cancelled",
    ),
    Change(
        "a consumer needs more",
        "order_service relies on a field that nobody promised",
        (
            Edit(
                "order_service/tests/contract/consumer/test_user_service.py",
                '.with_body({"id": 7, "is_active": True}, "application/json")',
                '.with_body({"id": 7, "is_active": True, "credit": matchers.money("10.00")}, "application/json")',
            ),
        ),
        run="order_service",
        red=f"{USERS}/{PACTS}",
        because="credit",
    ),
)

HARMLESS = (
    Change(
        "a field is added",
        "user_service answers a nickname too",
        (
            Edit(
                "user_service/api/serializers/users.py",
                "    is_active = serializers.BooleanField()\n",
                '    is_active = serializers.BooleanField()\n    nickname = serializers.CharField(source="username")\n',
            ),
        ),
        run=USERS,
    ),
    Change(
        "fields in another order",
        "user_service answers the user name before the id",
        (
            Edit(
                "user_service/api/serializers/users.py",
                "    id = serializers.IntegerField()\n    username = serializers.CharField()\n",
                "    username = serializers.CharField()\n    id = serializers.IntegerField()\n",
            ),
        ),
        run=USERS,
    ),
    Change(
        "a new route",
        "user_service lists accounts at /api/people/ too",
        (
            Edit(
                "user_service/api/urls.py",
                '    path("api/auth/login/"',
                '    path("api/people/", UserListViews.as_view({"get": "list"}), name="people"),\n'
                '    path("api/auth/login/"',
            ),
        ),
        run=USERS,
    ),
    Change(
        "a new event",
        "order_service announces order.shelved with every order.placed",
        (
            Edit(
                "order_service/events.py",
                "@dataclass(frozen=True)\nclass OrderConfirmed(OrderEvent):",
                '@dataclass(frozen=True)\nclass OrderShelved(OrderEvent):\n    TYPE = "order.shelved"\n\n\n'
                "@dataclass(frozen=True)\nclass OrderConfirmed(OrderEvent):",
            ),
            Edit(
                "order_service/services/orders.py",
                "from order_service.events import OrderCancelled, OrderPlaced, OrderShipped\n",
                "from order_service.events import OrderCancelled, OrderPlaced, OrderShelved, OrderShipped\n",
            ),
            Edit(
                "order_service/services/orders.py",
                "            outbox.record(OrderPlaced.of(order))\n",
                "            outbox.record(OrderPlaced.of(order), OrderShelved(order.pk, order.user_id))\n",
            ),
        ),
        run=ORDERS,
    ),
    Change(
        "an event's field is added",
        "order.confirmed says the currency too",
        (
            Edit(
                "order_service/events.py",
                "    total: Decimal\n    confirmed_at: datetime\n",
                '    total: Decimal\n    confirmed_at: datetime\n    currency: str = "EUR"\n',
            ),
        ),
        run=ORDERS,
    ),
    Change(
        "a wider enumeration on input",
        "order_service's list takes the status `open` too",
        (
            Edit(
                "order_service/api/filters.py",
                "choices=Order.Status.choices)",
                'choices=[*Order.Status.choices, ("open", "Open")])',
            ),
        ),
        run=ORDERS,
    ),
    Change(
        "a new optional query",
        "user_service's list can be narrowed to a first name",
        (
            Edit(
                "user_service/api/filters.py",
                "    search = filters.CharFilter(",
                "    first_name = filters.CharFilter(max_length=150)\n    search = filters.CharFilter(",
            ),
        ),
        run=USERS,
    ),
)
