"""`unavoce up` over the tiny roles: prints the pids when ready, one "name pid" a line."""

import sys

from unavoce.apps.supervisor import Role, Supervisor
from unavoce.kernel.errors import Refusal
from unavoce.runtime import telemetry
from unavoce.runtime.settings import Settings


def main() -> int:
    """Supervise until told to leave; 3 when refused."""
    settings = Settings()
    telemetry.configure("supervisor", level="info")
    roles = [
        Role("collector", "tests.chaos.tiny_collector", settings.collector_port, "UNAVOCE_COLLECTOR_PORT"),
        Role("engine", "tests.chaos.tiny_engine", settings.port, "UNAVOCE_PORT"),
    ]
    supervisor = Supervisor(settings, roles=roles)
    try:
        supervisor.start()
    except Refusal as refusal:
        sys.stdout.write(f"refused {refusal}\n")
        return 3
    names = ("collector", "engine", "postgres")
    sys.stdout.write("ready " + " ".join(f"{name}={supervisor.pid_of(name)}" for name in names) + "\n")
    sys.stdout.flush()
    supervisor.watch()
    supervisor.stop()
    sys.stdout.write("stopped\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
