"""Which kind of socket carries messages between worker, zygote and decoders."""

import socket
import sys

KIND = socket.SOCK_SEQPACKET if sys.platform == "linux" else socket.SOCK_STREAM
"""One send is one receive, and an end is seen. macOS has no such kind; there a message could be split."""
