"""How a process lives: settings, telemetry, health, servers, keys, run()."""
