"""An import in a process of its own, so that a test can kill it: `python -m tests.apps.bringing FILE URL JOB`.

Sends the file's chunks to the lane of imports, a tick apart, and keeps with each how many were sent.
"""

import sys
import time
from pathlib import Path

from unavoce.apps import importing
from unavoce.apps.imports.jobs import KIND, Sending
from unavoce.collect.contract import Options, Totals
from unavoce.kernel.clock import SystemClock
from unavoce.runtime import jobs
from unavoce.runtime.postgres import Postgres
from unavoce.sources.files.history import FileHistory
from unavoce.sources.files.mapping import parse


def main(file: str, url: str, job_id: str) -> None:
    """Go on with the import."""
    postgres = Postgres.connect(url, name="import", size=2)
    with postgres.transaction() as tx:
        sending = Sending(jobs.job(tx, KIND, job_id))
    mapping = parse('[columns]\n"手機" = "identifier.phone"')
    history = FileHistory(Path(file), mapping, expected=Totals(0))

    def tell(settled: int, total: int) -> None:
        time.sleep(0.05)

    importing.run(postgres, SystemClock(), history, Options(), tell, sending)
    postgres.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
