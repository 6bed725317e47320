"""Payments over HTTP."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from order_service import selectors, wiring
from order_service.api.idempotency import IDEMPOTENCY_KEY, first_answer, idempotency_key
from order_service.api.serializers.payments import BacklogSerializer, PaymentSerializer, PaySerializer
from order_service.api.throttles import OrdersThrottle
from order_service.exceptions import AlreadyAnswered
from order_service.services import PaymentService, backlog
from servicekit.api.schema import problem_responses
from servicekit.auth.authentication import IsStaff, IsUserToken
from servicekit.auth.callers import signed_in, user_id


class PaymentView(APIView):
    """Customers see their own payments, staff those of everybody."""

    permission_classes = (IsUserToken,)

    @extend_schema(
        operation_id="payments_retrieve", responses={200: PaymentSerializer, **problem_responses(401, 403, 404)}
    )
    def get(self, request: Request, payment_id: int) -> Response:
        owner_id = None if signed_in(request).is_staff else user_id(request)
        return Response(PaymentSerializer(selectors.payment(payment_id, owner_id=owner_id)).data)


class BacklogView(APIView):
    """Money that waits for the payment gateway; for staff."""

    permission_classes = (IsStaff,)

    @extend_schema(
        operation_id="payments_backlog", responses={200: BacklogSerializer(many=True), **problem_responses(401, 403)}
    )
    def get(self, request: Request) -> Response:  # noqa: ARG002 - the framework's signature
        now = wiring.clock()()
        waiting = (backlog.unsettled(now=now), backlog.refunds(now=now))
        return Response([BacklogSerializer(each).data for each in waiting])


class PaymentsView(APIView):
    """Customers pay their own orders."""

    permission_classes = (IsUserToken,)
    throttle_classes = (OrdersThrottle,)

    @extend_schema(
        operation_id="payments_pay",
        parameters=[IDEMPOTENCY_KEY],
        request=PaySerializer,
        responses={200: PaymentSerializer, **problem_responses(400, 401, 403, 404, 409, 413, 415, 422, 429)},
    )
    def post(self, request: Request) -> Response:
        """
        Pay a pending order of yours.

        200 also when the card is declined, which cancels the order. After a 503 the order is still pending: try again,
        with the same or another card; it is charged once. 409: ORDER_NOT_PAYABLE, PAYMENT_IN_PROGRESS.
        """
        body = PaySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        represent = PaymentSerializer().to_representation
        key = idempotency_key(request, route="payments", status=200, represent=represent)
        try:
            payment = PaymentService().pay(customer_id=user_id(request), key=key, **body.validated_data)
        except AlreadyAnswered as answered:
            return first_answer(answered)
        return Response(represent(payment))
