"""Technical code that every service needs; nothing about the business. See README.md."""
