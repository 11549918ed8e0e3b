"""A network and process ids of one's own: nothing gets out or in, and all ends with the first process."""

import fcntl
import shutil
import socket
import struct
import subprocess

NAMESPACES = ("unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc")
AS_USER = ("--user", "--map-root-user")

ADDRESS, FLAGS, UP = 0x8913, 0x8914, 0x1
"""Of Linux: SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP."""


def confinement() -> tuple[str, ...] | None:
    """The command that confines another; None where this user may not."""
    for command in (NAMESPACES, (*NAMESPACES, *AS_USER)):
        if shutil.which(command[0]) and _succeeds((*command, "true")):
            return command
    return None


def _succeeds(command: tuple[str, ...]) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def raise_loopback() -> None:
    """Bring the loopback device of a new network up."""
    with socket.socket() as device:
        request = struct.pack("16sh14x", b"lo", 0)
        (flags,) = struct.unpack("16xh14x", fcntl.ioctl(device, ADDRESS, request))
        fcntl.ioctl(device, FLAGS, struct.pack("16sh14x", b"lo", flags | UP))
