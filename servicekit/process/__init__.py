"""How a service is set up and started: settings, commands, the application server."""
