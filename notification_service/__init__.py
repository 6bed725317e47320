"""notification_service: tells people what happened to their accounts and orders."""
