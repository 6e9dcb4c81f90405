"""The process: `python -m unavoce.apps.simulator`."""

import logging

from unavoce.apps.simulator import mailbox
from unavoce.apps.simulator.server import Runner, build
from unavoce.apps.simulator.world import World
from unavoce.runtime import telemetry
from unavoce.runtime.health import with_health
from unavoce.runtime.outbound import Outbound
from unavoce.runtime.postgres import Postgres
from unavoce.runtime.process import ASGI, check_port, die_with_parent, serve
from unavoce.runtime.settings import Settings


def main() -> None:
    """Serve phones, mailboxes, tills and an ad platform until told to stop."""
    settings = Settings()
    telemetry.configure("simulator", level=settings.log_level, form=settings.log_format)
    # aiosmtpd tells of every command.
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    die_with_parent()
    check_port(settings.host, settings.smtp_sink_port, "UNAVOCE_SMTP_SINK_PORT")
    postgres = Postgres.connect(settings.postgres_url or "", name="simulator", size=8)
    # It stands for the world outside, which reaches the brand wherever that is.
    world = World(postgres, settings.clock(), Outbound(allow_private=True))
    sink = mailbox.smtp_server(world, settings.host, settings.smtp_sink_port)
    runner = Runner(world)

    def app() -> ASGI:
        return with_health(build(world), {"postgres": world.look})

    sink.start()
    runner.start()
    serve(app, settings.host, settings.simulator_port, setting="UNAVOCE_SIMULATOR_PORT",
          drain=[sink.stop, runner.stop, postgres.close])  # fmt: skip


if __name__ == "__main__":
    main()
