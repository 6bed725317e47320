"""
What the service is measured against: plain Django views that run the very statements that it runs.

No framework, no middleware, no serializers, no ORM, no token, no limit, no log line: SQL through a cursor, and JSON by
the standard library. The same Django, database, settings of the connection and application server.
"""
