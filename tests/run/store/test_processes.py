"""Several processes at one store: one of them wins each object and each version, and no update is lost."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.examples import large
from tests.support.object_store import s3
from zonesync.load import State
from zonesync.run.store import open_store

PROCESSES = 4
CONTENDER = Path(__file__).with_name("contender.py")


@pytest.fixture(params=["folder", "s3"])
def state(request):
    if request.param == "folder":
        yield State(url="state")
    else:
        with s3() as served:
            yield served.state


def test_of_many_processes_one_wins_and_no_update_is_lost(state, tmp_path):
    rounds = large(300) // 20
    store = open_store(state, tmp_path)
    for one in range(0, rounds, 2):
        store.replace(f"locks/{one}", b"free", None)
    command = [sys.executable, CONTENDER, state.model_dump_json(), tmp_path]
    running = [
        subprocess.Popen([*command, str(number), str(rounds)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for number in range(PROCESSES)
    ]
    assert [process.stdout.readline() for process in running] == ["ready\n"] * PROCESSES
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    won = [json.loads(process.communicate(timeout=300)[0]) for process in running]
    assert [process.returncode for process in running] == [0] * PROCESSES

    for kind, folder in enumerate(("audit", "locks")):
        winners = {one: str(number).encode() for number in range(PROCESSES) for one in won[number][kind]}
        assert sorted(one for wins in won for one in wins[kind]) == list(range(rounds))
        assert {one: store.get(f"{folder}/{one}") for one in range(rounds)} == winners
    assert store.get("count").split()[0] == str(PROCESSES * rounds).encode()
    assert store.rows("journal/") == [f"journal/{number}" for number in range(PROCESSES)]
    for number in range(PROCESSES):
        records = store.row(f"journal/{number}").records()
        assert list(records) == [str(one).encode() for one in range(rounds)]
