"""Load from wrk, a compiled generator: the calls are made by a Lua script, each with a message id of its own."""

import re
import shutil
import subprocess
import tempfile
from base64 import b64encode
from dataclasses import dataclass

from bench.figure import Skipped

_HEAD = """
wrk.method = "POST"
wrk.path = "%(path)s"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Basic %(authorization)s"
local made, thread_number = 0, 0
function setup(thread) thread:set("number", thread_number); thread_number = thread_number + 1 end
local rest = '","userId":"u%%d","timestamp":"%(timestamp)s","properties":{"product_id":"p%%d","name":"Matcha Whisk",'
  .. '"category":"Kitchen","price":19.99,"currency":"USD"},"context":{"library":{"name":"bench","version":"1"},'
  .. '"page":{"path":"/p/1","url":"https://shop.example/p/1"}}}'
local function call()
  made = made + 1
  return '{"type":"track","event":"Product Viewed","messageId":"%(round)s-' .. number .. "-" .. made
    .. string.format(rest, made %% %(customers)d, made %% 100)
end
"""
_SINGLE = "request = function() return wrk.format(nil, nil, nil, call()) end\n"
_BATCH = """
request = function()
  local calls = {}
  for n = 1, 100 do calls[n] = call() end
  return wrk.format(nil, nil, nil, '{"batch":[' .. table.concat(calls, ",") .. "]}")
end
"""
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk saw."""

    requests: int
    per_second: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class Wrk:
    """A load on one address with one write key."""

    address: str
    key: str
    customers: int = 5_000

    def single(self, round_name: str, *, seconds: int = 5, connections: int = 64) -> Load:
        """Single calls."""
        return self._load("/v1/track", _SINGLE, round_name, seconds, connections)

    def batches(self, round_name: str, *, seconds: int = 5, connections: int = 16) -> Load:
        """Batches of a hundred events."""
        return self._load("/v1/batch", _BATCH, round_name, seconds, connections)

    def _load(self, path: str, body: str, round_name: str, seconds: int, connections: int) -> Load:
        program = shutil.which("wrk")
        if program is None:
            raise Skipped("the load generator wrk is not installed (Debian: apt-get install wrk)")
        head = _HEAD % {
            "path": path,
            "authorization": b64encode(f"{self.key}:".encode()).decode(),
            "timestamp": "2018-01-01T00:00:00Z",
            "round": round_name,
            "customers": self.customers,
        }
        with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
            script.write(head + body)
            script.flush()
            command = [program, "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", script.name]
            said = subprocess.run([*command, self.address], capture_output=True, text=True, check=True).stdout
        return _heard(said)


def _heard(said: str) -> Load:
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(f"not every request was taken:\n{said}")
    requests = re.search(r"(\d+) requests in", said)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    if not (requests and rate and p99):
        raise RuntimeError(f"wrk said something else:\n{said}")
    return Load(int(requests[1]), float(rate[1]), float(p99[1]) * _UNITS[p99[2]])
