"""
The order service as most tutorials write it, to compare with: what do our outbox, caches and checks cost or gain?

Django REST framework with its defaults, the middleware of `startproject`, ModelSerializers, rows locked with
`select_for_update`, `requests.get` to user_service for each order, `send_task` to RabbitMQ in the request, and tokens
verified by PyJWT. Database, connection settings and application server are those of order_service.
"""
