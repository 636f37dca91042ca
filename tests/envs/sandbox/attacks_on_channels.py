"""Programs that speak for themselves: forged, broken and endless messages on every descriptor that they have."""

from __future__ import annotations

from tests.envs.sandbox.attack import Attack, attack

_CALLS = "call close checker assert"
_ALL = f"{_CALLS} stdin"

_FRAME = """
import json, os, socket, struct, time
def frame(message):
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    return struct.pack(">I", len(body)) + body
def say(descriptor, data):
    try:
        view = memoryview(data)
        while view: view = view[os.write(descriptor, view):]
    except OSError:
        pass
def f(x): return 1
"""

_MESSAGES = {
    "replies ahead of time": "b''.join(map(frame, [{'defined': ['f']}] + [{'returned': True}] * 9))",
    "verdicts": "frame({'passed': True}) * 9",
    "an end": "frame({'ended': 0})",
    "another start": "frame({'ready': True})",
    "frames that are no objects": "frame([]) + frame(1) + frame(None)",
    "a number that is none": "frame(b'{\"returned\": NaN}')",
    "infinite numbers": "frame(b'{\"returned\": 1e999}') * 9",
    "an integer of many digits": "frame(b'{\"returned\": ' + b'9' * 5000 + b'}')",
    "bytes that are no text": "frame(b'\\xff\\xfe') * 9",
    "halves of characters": 'frame(b\'{"defined": ["f"], "raised": ["\\xed\\xa0\\x80"]}\') * 9',
    "an empty frame": "frame(b'') * 9",
    "wrong types": "frame({'defined': 5, 'returned': {'$object': -1}, 'raised': 7, 'message': {}, 'trace': []}) * 9",
    "unknown tags": "frame({'defined': ['f']}) + frame({'returned': {'$any': True}}) * 9",
    "the longest length": "b'\\xff\\xff\\xff\\xff' * 9",
}

_FORGED = [
    attack(
        f"says {what}{', and ends' if after else ''}",
        "writes it on every descriptor, and goes on or ends",
        f"{_FRAME}\nfor descriptor in range(3, 20): say(descriptor, {message})\n{after}\n"
        "if __name__ == '__main__': print(1)",
        "call stdin" if after else _ALL,
    )
    for what, message in _MESSAGES.items()
    for after in ("", "os._exit(0)")
]

_LONG = [
    attack(
        "says random bytes",
        "writes what may be the length of more than it has written",
        f"{_FRAME}\nfor descriptor in range(3, 20): say(descriptor, bytes(range(256)) * 99)",
        _ALL,
        slow=True,
    ),
    attack(
        "says many small values",
        "answers of few bytes that need much memory once they are read",
        f"{_FRAME}\n"
        f"for _ in range(5): say(3, frame(b'{{\"defined\": [\"f\"], \"returned\": [' + b'[],' * 3000000 + b'[]]}}'))",
        "call",
        slow=True,
    ),
]

_DEPTHS = [
    attack(
        f"nested {depth} deep",
        "an answer near the depth at which json gives up, so that reading it succeeds and writing it fails",
        f"{_FRAME}\ndef f(x):\n    say(3, frame(b'{{\"returned\":' + b'[' * {depth} + b']' * {depth} + b'}}'))\n"
        "    time.sleep(0.05)",
        "checker",
        slow=True,
    )
    for depth in (99, 200, *range(880, 1000, 4), 10_000)
]

_CLOSING = [
    attack("closes all", "closes every descriptor", "import os\nos.closerange(0, 1024)\ndef f(x): return 1", _ALL),
    attack(
        "shuts down",
        "shuts its sockets down in both directions",
        """
        import socket
        for descriptor in (3, 4):
            try: socket.socket(fileno=descriptor).shutdown(socket.SHUT_RDWR)
            except OSError: pass
        def f(x): return 1
        """,
        _ALL,
    ),
    attack(
        "shuts down one way",
        "asks for no more, answers ahead",
        f"{_FRAME}\nsay(3, frame({{'defined': ['f']}}) + frame({{'returned': 1}}) * 9)\n"
        "socket.socket(fileno=3).shutdown(socket.SHUT_RD)",
        _ALL,
    ),
    attack(
        "swaps descriptors",
        "puts its output where its channel was, and the other way round",
        "import os\nos.dup2(3, 9); os.dup2(1, 3); os.dup2(9, 1); print('x' * 99, flush=True)\ndef f(x): return 1",
        _ALL,
    ),
    attack(
        "passes descriptors",
        "sends descriptors to whoever is at the other end",
        f"{_FRAME}\nfor descriptor in (3, 4):\n    for _ in range(50):\n"
        "        try: socket.send_fds(socket.socket(fileno=os.dup(descriptor)), [frame({'defined': []})], [0, 1, 2])\n"
        "        except OSError: pass",
        _ALL,
    ),
    attack(
        "partial frame, then ends", "half a frame", f"{_FRAME}\nsay(3, frame({{'returned': 1}})[:7])\nos._exit(0)", _ALL
    ),
    attack(
        "partial frame, then sleeps",
        "has the reader wait for the other half",
        f"{_FRAME}\nsay(3, struct.pack('>I', 1000) + b'x')\ntime.sleep(99)",
        "call stdin",
        slow=True,
    ),
    attack(
        "endless messages",
        "has the reader remember them all, past every deadline",
        f"{_FRAME}\nwhile True: say(3, frame({{}}) * 10000)",
        "call stdin",
        slow=True,
    ),
    attack(
        "endless garbage",
        "the same without any structure",
        "import os\nwhile True:\n    for descriptor in (3, 4):\n        try: os.write(descriptor, b' ' * 65536)\n"
        "        except OSError: pass",
        "call stdin",
    ),
    attack(
        "answers, then sleeps at every call",
        "a little at a time, so that something always arrives",
        f"{_FRAME}\nwhile True:\n    say(3, b'\\0')\n    time.sleep(0.001)",
        "call stdin",
        slow=True,
    ),
]

_PEER = """
def peer_reads():
    data = os.read(4, 65536)
    return json.loads(data[4:]) if data else {}
"""

_TO_TESTERS = [
    attack(
        "answers the testers ahead",
        "tells the testers values before they have asked",
        f"{_FRAME}\n"
        f"for value in (True, 1, None, [], {{'$object': 1, 'type': 'int'}}): say(4, frame({{'returned': value}}) * 9)",
        "assert",
    ),
    attack(
        "answers the testers itself",
        "reads the testers' requests and answers with every kind of object",
        f"{_FRAME}{_PEER}\nsay(3, frame({{'defined': ['f']}}))\nwhile True:\n    request = peer_reads()\n"
        f"    if not request: break\n"
        "    say(4, frame({'returned': {'$object': 7, 'type': 'int'}}))",
        "assert",
    ),
    attack(
        "gives orders to the testers",
        "sends requests to the testers",
        f"{_FRAME}\nsay(4, frame({{'tests': ['pass'], 'setup': '', 'defined': [], 'entry_point': 'f'}}))\n"
        "say(4, frame({'checker': 'def check(*a): return True', 'checks': [[1, 2, 3]]}))\n"
        "say(4, frame({'passed': True}))",
        "assert",
    ),
    attack(
        "ends the testers' loops",
        "forges exceptions of all kinds",
        f"{_FRAME}{_PEER}\nsay(3, frame({{'defined': ['f']}}))\n"
        f"kinds = ['StopIteration', 'GeneratorExit', 'SystemExit', 'StopAsyncIteration', 'Remote']\n"
        "while True:\n    if not peer_reads(): break\n    say(4, frame({'raised': kinds}))\n"
        "    kinds = kinds[1:] + kinds[:1]",
        "assert",
    ),
    attack(
        "claims names",
        "says that it defines what the tests use of Python's",
        f"{_FRAME}{_PEER}\n"
        f"say(3, frame({{'defined': ['abs', 'all', 'map', 'isinstance', 'math', 'check', 'candidate', '__builtins__',"
        " '__build_class__', 'AssertionError', 'given', 'wanted', 'f', 'f', 5, None]}))\n"
        "while True:\n    if not peer_reads(): break\n    say(4, frame({'returned': True}))",
        "assert",
    ),
    attack(
        "claims no list",
        "says that what it defines is a number, an object, a text",
        f"{_FRAME}\nsay(3, frame({{'defined': 5}}))\nsay(4, frame({{'returned': 1}}))",
        "assert",
    ),
    attack(
        "hangs up on the testers",
        "closes the socket to the testers",
        f"{_FRAME}\nos.close(4)",
        "assert",
    ),
    attack(
        "an endless answer to the testers",
        "a frame without end, to fill the testers' memory",
        f"{_FRAME}{_PEER}\ndef f(x):\n    say(4, b'\\xff\\xff\\xff\\xff')\n    while True: os.write(4, b'[' * 65536)",
        "assert",
        slow=True,
    ),
    attack(
        "half an answer to the testers",
        "has the testers wait for the other half",
        f"{_FRAME}\ndef f(x):\n    say(4, struct.pack('>I', 99))\n    time.sleep(99)",
        "assert",
        slow=True,
    ),
    attack(
        "remote objects that play along",
        "hands out functions and objects for whatever the testers look up",
        """
        class Yes:
            def __getattr__(self, name): return lambda *arguments, **keywords: Yes()
            def __len__(self): return 1
            def __iter__(self): return iter([Yes()])
            def __getitem__(self, key): return Yes()
            def __call__(self, *arguments): return Yes()
            def __str__(self): return "1"
        def f(x): return Yes()
        """,
        "assert",
    ),
]

ON_CHANNELS: list[Attack] = _FORGED + _LONG + _DEPTHS + _CLOSING + _TO_TESTERS
