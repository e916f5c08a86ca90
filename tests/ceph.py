"""A Ceph cluster of one machine (monitor, disk, S3 gateway) on loopback, from Debian's packages.

The one real server that the tests have: it authenticates, locks, and survives `kill -9`.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

PROGRAMS = ("ceph-mon", "ceph-osd", "ceph-authtool", "monmaptool", "radosgw", "radosgw-admin")
MONITOR, DISK, GATEWAY = "mon.a", "osd.0", "client.rgw"
EVERYTHING = (MONITOR, DISK, GATEWAY)

# `tcp_nodelay` takes an object from 11 ms to 6; one index shard, a listing from eleven questions of
# the disk to one. Each oddity below cost minutes once: cephx, since
# without authentication radosgw hangs; crush `type = 0`, one disk being enough.
_CONF = """
[global]
fsid = {fsid}
mon host = [v2:127.0.0.1:{v2},v1:127.0.0.1:{v1}]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
keyring = {folder}/keyring
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
osd crush chooseleaf type = 0
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd pool default pg autoscale mode = off
mon allow pool size one = true
mon warn on pool no redundancy = false
auth allow insecure global id reclaim = false
mon data = {folder}/mon
mon data avail warn = 1
mon data avail crit = 1
osd data = {folder}/osd0
osd objectstore = bluestore
bluestore block create = true
bluestore block size = 6442450944
osd memory target = 939524096
run dir = {folder}/run
admin socket = {folder}/run/$name.asok
pid file = {folder}/run/$name.pid
log file = {folder}/log/$name.log
crash dir = {folder}/crash
client mount timeout = 20
debug ms = 0/0
debug rgw = 0/0
debug osd = 0/0
debug bluestore = 0/0
debug bdev = 0/0
debug rocksdb = 0/0
debug mon = 0/0
debug paxos = 0/0
[client.rgw]
rgw data = {folder}/rgw
rgw frontends = beast endpoint=127.0.0.1:{port} tcp_nodelay=1
rgw enable usage log = false
rgw override bucket index max shards = 1
rgw crypt require ssl = false
"""


class Cluster:
    """Its files in `folder`; one S3 user, `access` and `secret`, whose buckets nobody else sees."""

    access = "docgenaccess"
    secret = "docgensecret123"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.conf = folder / "ceph.conf"
        self.v2, self.v1, self.port = free_ports(3)
        self.url = f"http://127.0.0.1:{self.port}"

    def create(self) -> None:
        """Make the cluster and start it (about 15 s)."""
        for name in ("mon", "osd0", "rgw", "run", "log", "crash"):
            (self.folder / name).mkdir(parents=True)
        fsid = str(uuid.uuid4())
        self.conf.write_text(
            _CONF.format(fsid=fsid, folder=self.folder, v1=self.v1, v2=self.v2, port=self.port)
        )
        ring = str(self.folder / "keyring")
        everything = ["--cap", "mon", "allow *", "--cap", "osd", "allow *"]
        self._run("ceph-authtool", ring, "--create-keyring", "--gen-key", "-n", "mon.", *everything)
        for name in ("client.admin", GATEWAY, DISK):
            self._run(
                "ceph-authtool",
                ring,
                "--gen-key",
                "-n",
                name,
                *everything,
                "--cap",
                "mgr",
                "allow *",
            )
        monmap = str(self.folder / "monmap")
        place = f"[v2:127.0.0.1:{self.v2},v1:127.0.0.1:{self.v1}]"
        self._run("monmaptool", "--create", "--fsid", fsid, "--addv", "a", place, monmap)
        self._ceph("ceph-mon", "-i", "a", "--mkfs", "--monmap", monmap, "--keyring", ring)
        shutil.copy(ring, self.folder / "mon" / "keyring")
        self._ceph("ceph-mon", "-i", "a")
        disk = str(uuid.uuid4())
        self._ceph("ceph", "osd", "new", disk)
        self._ceph("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", disk)
        self._ceph("ceph-osd", "-i", "0")
        self._ceph(
            "radosgw-admin", "user", "create", "--uid=docgen", "--display-name=docgen",
            f"--access-key={self.access}", f"--secret-key={self.secret}",
        )  # fmt: skip
        self._ceph("radosgw", "-n", GATEWAY)
        self.wait()

    def user(self, name: str, access: str, secret: str) -> None:
        """Another S3 user."""
        self._ceph(
            "radosgw-admin", "user", "create", f"--uid={name}", f"--display-name={name}",
            f"--access-key={access}", f"--secret-key={secret}",
        )  # fmt: skip

    def start(self) -> None:
        """Start again what is not running; no clean stop is needed before."""
        commands = {
            MONITOR: ("ceph-mon", "-i", "a"),
            DISK: ("ceph-osd", "-i", "0"),
            GATEWAY: ("radosgw", "-n", GATEWAY),
        }
        for name in EVERYTHING:
            if not self._alive(name):
                self._again(*commands[name])
        self.wait()

    def _again(self, *command: str) -> None:
        """Start what was just killed: its last threads may hold its files for a moment still."""
        deadline = time.monotonic() + 10
        while True:
            try:
                self._ceph(*command)
            except subprocess.CalledProcessError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
            else:
                return

    def kill(self, *names: str) -> None:
        """`kill -9`, as a power cut would; radosgw would hold its port on anything softer."""
        for name in names:
            if pid := self._pid(name):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
        deadline = time.monotonic() + 10
        while any(map(self._alive, names)) and time.monotonic() < deadline:
            time.sleep(0.05)

    def wait(self, seconds: float = 60) -> None:
        """Until the gateway answers."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                httpx.get(self.url, timeout=5)
            except httpx.HTTPError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
            else:
                return

    def _pid(self, name: str) -> int | None:
        try:
            return int((self.folder / "run" / f"{name}.pid").read_text())
        except (FileNotFoundError, ValueError):
            return None

    def _alive(self, name: str) -> bool:
        pid = self._pid(name)
        if pid is None:
            return False
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return False
        return state != "Z"

    def _ceph(self, program: str, *arguments: str) -> None:
        self._run(program, "-c", str(self.conf), *arguments)

    def _run(self, *command: str) -> None:
        # A daemon keeps what it is given as its output: a file, so that nobody waits for its end.
        with (self.folder / "log" / "commands").open("ab") as log:
            subprocess.run(
                command, check=True, stdin=subprocess.DEVNULL, stdout=log, stderr=log, timeout=90
            )


@contextmanager
def running_cluster(folder: Path) -> Iterator[Cluster]:
    """A cluster that ends with the block. `folder` must be short: its sockets are there."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        msg = f"{', '.join(missing)}: not installed (scripts/install-system.sh --test)"
        raise RuntimeError(msg)
    cluster = Cluster(folder)
    try:
        cluster.create()
        yield cluster
    finally:
        cluster.kill(*reversed(EVERYTHING))


def free_ports(number: int) -> list[int]:
    """Ports that nobody listens on, all different."""
    held = [socket.socket() for _ in range(number)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    ports = [int(one.getsockname()[1]) for one in held]
    for one in held:
        one.close()
    return ports
