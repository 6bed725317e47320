"""A service that neither sends nor receives messages. test_without_messages.py copies it and runs it as `minimal`."""
