"""
Bare Django views that run the statements of order_service, to show what all other code costs.

No framework, no middleware, no serializers, no ORM, no token, no limit, no log line: SQL through a cursor, and JSON by
the standard library. The same Django, database, settings of the connection and application server.
"""
