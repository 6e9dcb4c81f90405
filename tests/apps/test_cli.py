"""The command line says in words what is wrong, names the remedy, and ends with the right code."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from unavoce.runtime import folder

_REFUSED, _ILL = 3, 1


def unavoce(*words: str, **settings: object) -> "subprocess.CompletedProcess[str]":
    """Run the command with these settings and no others."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("UNAVOCE_")}
    ours = {f"UNAVOCE_{name.upper()}": str(value) for name, value in settings.items()}
    command = [sys.executable, "-m", "unavoce.apps.cli", *words]
    return subprocess.run(command, env=bare | ours, capture_output=True, text=True, check=False, timeout=120)


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


@pytest.fixture
def shop(tmp_path: Path) -> dict[str, object]:
    """Settings of a shop of its own."""
    port, collector, simulator = free_ports(3)
    return {"data": tmp_path / "抹茶 shop", "port": port, "collector_port": collector, "simulator_port": simulator}


def findings(shop: Mapping[str, object], **more: object) -> tuple[int, dict[str, dict[str, str]]]:
    """What the doctor found, by what was looked at."""
    done = unavoce("doctor", "--json", **{**shop, **more})
    return done.returncode, {found["what"]: found for found in map(json.loads, done.stdout.splitlines())}


def test_the_doctor_finds_a_fresh_folder_well(shop: dict[str, object]) -> None:
    code, found = findings(shop)
    assert code == 0
    assert {"python", "packages", "data folder", "disk", "postgres", "clickhouse", "running"} <= set(found)
    assert all(one["state"] != "ill" for one in found.values())
    assert found["running"]["seen"] == "no"


def test_the_doctor_looks_into_the_engines(shop: dict[str, object]) -> None:
    assert unavoce("upgrade", **shop).returncode == 0
    code, found = findings(shop)
    assert code == 0
    assert found["postgres"]["seen"].startswith("version 18, 0 migrations waiting")
    assert found["clickhouse"]["seen"].startswith("version ")
    assert unavoce("upgrade", **shop).stdout.strip() == "Everything is up to date."


def test_the_doctor_names_a_taken_port_and_its_setting(shop: dict[str, object]) -> None:
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", int(str(shop["port"]))))
        squatter.listen()
        code, found = findings(shop)
    assert code == _ILL
    assert found[f"port {shop['port']}"]["state"] == "ill"
    assert "UNAVOCE_PORT" in found[f"port {shop['port']}"]["remedy"]


def test_the_doctor_names_an_engine_that_does_not_answer(shop: dict[str, object]) -> None:
    nobody = free_ports(1)[0]
    url = f"postgresql://brand@127.0.0.1:{nobody}/brand"
    code, found = findings(shop, postgres_url=url, clickhouse_url=f"http://127.0.0.1:{nobody}")
    assert code == _ILL
    assert "UNAVOCE_POSTGRES_URL" in found["postgres"]["seen"]


def test_the_doctor_asks_the_processes_of_a_running_one(shop: dict[str, object]) -> None:
    data = folder.prepare(Path(str(shop["data"])))
    lock = folder.hold(data)
    code, found = findings(shop)
    lock.release()
    assert code == _ILL
    assert found["running"]["seen"] == f"yes, process {os.getpid()}"
    assert found["engine"]["seen"] == f"answers nothing on port {shop['port']}"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"data": "/dev/null/shop"}, ["/dev/null/shop", "UNAVOCE_DATA"]),
        ({"data": "a?b"}, ["question mark"]),
        ({"smtp_sink_port": "many"}, ["UNAVOCE_SMTP_SINK_PORT", "many", "integer"]),
        ({"port": "0"}, ["UNAVOCE_PORT", "greater than or equal to 1"]),
        ({"postgres_url": "postgresql://brand@127.0.0.1:1/brand"}, ["UNAVOCE_POSTGRES_URL", "Connection refused"]),
        ({"postgres_url": "mysql://brand"}, ["UNAVOCE_POSTGRES_URL"]),
    ],
)
def test_up_refuses_in_words(shop: dict[str, object], wrong: dict[str, object], words: list[str]) -> None:
    done = unavoce("up", **{**shop, **wrong})
    assert done.returncode == _REFUSED
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert [word for word in words if word not in done.stderr] == []


def test_up_refuses_a_folder_in_use(shop: dict[str, object]) -> None:
    lock = folder.hold(folder.prepare(Path(str(shop["data"]))))
    done = unavoce("up", **shop)
    lock.release()
    assert done.returncode == _REFUSED
    assert f"pid: {os.getpid()}" in done.stderr


def test_up_refuses_a_taken_port(shop: dict[str, object]) -> None:
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", int(str(shop["collector_port"]))))
        squatter.listen()
        done = unavoce("up", **shop)
    assert done.returncode == _REFUSED
    assert "UNAVOCE_COLLECTOR_PORT" in done.stderr
    assert str(shop["collector_port"]) in done.stderr


def test_wrong_usage_is_told_from_a_refusal(shop: dict[str, object]) -> None:
    assert unavoce("upp").returncode == 2
    assert unavoce("upgrade", "--stage", "later", **shop).returncode == 2
    assert unavoce("restore", str(shop["data"]), **shop).returncode == _REFUSED


def test_the_version_names_what_it_is_made_of() -> None:
    said = unavoce("version").stdout
    assert said.startswith("unavoce ")
    assert "chdb" in said
