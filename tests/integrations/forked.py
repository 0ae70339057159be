"""mace-bot without its start: a process that has imported it forks one that runs, which saves a second each time."""

import multiprocessing
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import TemporaryDirectory

from integrations.cli import main

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(  # each fork imports what the tests were started with, too
    ["pytest", "integrations.verbs.installing", "storage.migrating", __name__]
)


def run(where: Path, arguments: Sequence[str], environment: Mapping[str, str], within: float) -> CompletedProcess[str]:
    with TemporaryDirectory() as folder:
        printed, problems = Path(folder, "stdout"), Path(folder, "stderr")
        process = PROCESSES.Process(target=_begin, args=(where, arguments, dict(environment), printed, problems))
        process.start()
        process.join(within)
        process.kill()
        process.join()
        return CompletedProcess(arguments, process.exitcode or 0, printed.read_text(), problems.read_text())


def _begin(
    where: Path, arguments: Sequence[str], environment: Mapping[str, str], printed: Path, problems: Path
) -> None:
    for number, path in ((1, printed), (2, problems)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), number)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(where)
    main(arguments)
