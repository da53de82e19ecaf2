"""Free ports of this machine for servers of one test run."""

import random
import socket

# Below the ports that outgoing connections take, so that a server that stops can come back on its own port.
_LOWEST, _HIGHEST = 20_000, 29_999


def free_port() -> int:
    """A port on 127.0.0.1 that nothing listens on now."""
    while True:
        port = random.randint(_LOWEST, _HIGHEST)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
