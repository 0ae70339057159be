"""How fast we are beside the bare thing, run by hand on a quiet machine; each prints lines of JSON.

    .venv-test/bin/python -m tests.benchmarks.start   # to ready, and memory: mace-bot serve, bare Starlette, bare Bolt
    .venv-test/bin/python -m tests.benchmarks.slack   # answering what Slack signed, 20 a second: ours, and bare Bolt
    .venv-test/bin/python -m tests.benchmarks.turn    # one whole turn, hear("mine"): ours, and sqlite3 with its SQL
    .venv-test/bin/python -m tests.benchmarks.ledger  # claiming, marking, owing, sending and the pace: ours, and bare

Only the ratios count: the two sides take turns in one run, so that a busy machine slows both.
"""
