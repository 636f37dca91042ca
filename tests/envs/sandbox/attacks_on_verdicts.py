"""Programs that want to be taken for right: by lying values, by forged messages, by changing what judges them."""

from __future__ import annotations

from tests.envs.sandbox.attack import Attack, attack

_CALLS = "call close checker assert"
_ALL = f"{_CALLS} stdin"

_LIES = """
def _true(*arguments, **keywords): return True
def _false(*arguments, **keywords): return False
def _self(self, *arguments, **keywords): return self
LIES = {"__eq__": _true, "__ne__": _false, "__hash__": lambda self: 0, "__bool__": _true, "__contains__": _true,
        "__lt__": _true, "__le__": _true, "__gt__": _true, "__ge__": _true, "__repr__": lambda self: "1",
        "__str__": lambda self: "1", "__len__": lambda self: 1, "__index__": lambda self: 0,
        "__float__": lambda self: 0.0, "__int__": lambda self: 0, "__instancecheck__": _true,
        "__iter__": lambda self: iter([self]), "__getitem__": _self, "__call__": _self, "__getattr__": _self}
LIES |= {f"__{prefix}{name}__": _self for prefix in ("", "r", "i") for name in ("add", "sub", "mul", "truediv", "pow")}
LIES |= {f"__{name}__": _self for name in ("abs", "neg", "round", "enter", "await")}
"""

_BASES = {
    "int": "7",
    "float": "float('nan')",
    "complex": "1j",
    "str": "'x'",
    "bytes": "b'x'",
    "list": "[1]",
    "tuple": "(1,)",
    "dict": "{1: 1}",
    "set": "{1}",
    "frozenset": "{1}",
    "__import__('decimal').Decimal": "'sNaN'",
    "__import__('fractions').Fraction": "1",
    "__import__('collections').OrderedDict": "{1: 1}",
}

_LYING = [
    attack(
        f"equal to everything, a {base.split('.')[-1]}",
        f"returns an instance of a subclass of {base} whose every method says what a test wants to hear",
        f"{_LIES}\nLiar = type('Liar', ({base},), LIES)\ndef f(x): return Liar({value})",
        _CALLS,
    )
    for base, value in _BASES.items()
]

_OBJECTS = [
    attack(
        "equal to everything, an object",
        "returns an object that equals everything",
        f"{_LIES}\nLiar = type('Liar', (), LIES)\ndef f(x): return Liar()",
        _CALLS,
    ),
    attack(
        "equal to everything, a class",
        "returns a class that equals everything, by its metaclass",
        f"{_LIES}\nLiar = type('Meta', (type,), LIES)('Liar', (), {{}})\ndef f(x): return Liar",
        _CALLS,
    ),
    attack(
        "equal to everything, inside containers",
        "hides such objects in a list, a tuple, and as key and value of a dict",
        f"{_LIES}\nLiar = type('Liar', (), LIES)\n"
        "def f(x): return {3: Liar(), 5: [Liar(), Liar()], 8: {Liar(): (Liar(), Liar())}}[x]",
        _CALLS,
    ),
    attack(
        "lying about its class",
        "its __class__ is int, so isinstance says so",
        f"{_LIES}\nLiar = type('Liar', (), {{**LIES, '__class__': property(lambda self: int)}})\n"
        f"def f(x): return Liar()",
        _CALLS,
    ),
    attack(
        "a mock", "returns unittest.mock.ANY", "def f(x):\n    from unittest.mock import ANY\n    return ANY", _CALLS
    ),
    attack("not a number", "NaN compares as no test expects", "def f(x): return float('nan')", _CALLS),
    attack("infinity", "an infinity is close to nothing", "def f(x): return float('inf')", _CALLS),
]

_ENDING = [
    attack("exit at import", "ends as if all were well", "import sys\nsys.exit(0)", _ALL),
    attack("_exit at import", "the same without Python noticing", "import os\nos._exit(0)", _ALL),
    attack("exit in the call", "ends while a test waits", "def f(x): raise SystemExit(0)", _CALLS),
    attack("_exit in the call", "the same without Python noticing", "import os\ndef f(x): os._exit(0)", _CALLS),
    attack(
        "exit after output",
        "prints noise, says that it ended well",
        "import os\nprint(1, flush=True)\nos._exit(0)",
        "stdin",
    ),
    attack(
        "exit from a thread",
        "a thread ends the process",
        "import os, threading\nthreading.Thread(target=os._exit, args=(0,)).start()\ndef f(x):\n    while True: pass",
        _CALLS,
    ),
    attack(
        "ends the loop",
        "StopIteration ends a `map` in a test before it has compared",
        "def f(x): raise StopIteration",
        _CALLS,
    ),
    attack("asserts", "AssertionError of its own", "def f(x): raise AssertionError", _CALLS),
    attack("interrupts", "KeyboardInterrupt", "def f(x): raise KeyboardInterrupt", _CALLS),
    attack("leaves the generator", "GeneratorExit", "def f(x): raise GeneratorExit", _CALLS),
    attack(
        "atexit",
        "forges a verdict when the interpreter ends",
        """
        import atexit, os, sys
        atexit.register(lambda: os.write(3, b'\\0\\0\\0\\x0f{"passed": true}'))
        def f(x): sys.exit(0)
        """,
        _ALL,
    ),
    attack(
        "__del__",
        "forges answers when it is collected",
        """
        import os
        class Last:
            def __del__(self): os.write(3, b'\\0\\0\\0\\x12{"returned": true}')
        def f(x):
            last = Last()
        """,
        _CALLS,
    ),
]

_WALK = """
import gc, sys, threading
gc.unfreeze()
KEYS = ("expected", "stdout", "tests", "passed", "checks", "assert", "verdict", "solution")
def hunt():
    found = []
    frames = list(sys._current_frames().values())
    while frames:
        frame = frames.pop()
        found += [frame.f_locals, frame.f_globals]
        if frame.f_back: frames.append(frame.f_back)
    for each in gc.get_objects():
        if isinstance(each, dict): found.append(each)
    for names in list(found):
        for key in KEYS:
            try:
                if key in names and names is not globals(): yield names, key
            except Exception: continue
"""

_LOOKING = [
    attack(
        "reads expected values",
        "walks frames and all objects for what a test expects, and returns it",
        f"""
{_WALK}
def f(x):
    for names, key in hunt():
        value = names[key]
        if isinstance(value, (list, tuple)) and value: value = value[0]
        if isinstance(value, dict): value = value.get("expected", value.get("stdout"))
        if isinstance(value, (int, float, list, dict)): return value
        if isinstance(value, str) and any(c.isdigit() for c in value):
            return int("".join(c for c in value if c.isdigit()))
if __name__ == "__main__": print(f(3))
""",
        _ALL,
    ),
    attack(
        "writes the verdict",
        "walks frames and all objects for a verdict, and makes it true",
        f"""
{_WALK}
def f(x):
    for names, key in hunt():
        if key == "passed": names[key] = True
        elif isinstance(names[key], list): names[key].clear()
        elif isinstance(names[key], dict): names[key].update(passed=True, expected=None)
if __name__ == "__main__": f(3)
""",
        _ALL,
    ),
    attack(
        "rewrites its callers",
        "sets the locals of all frames that called it, with ctypes",
        """
        import ctypes, sys
        def f(x):
            frame = sys._getframe(1)
            while frame:
                for name in list(frame.f_locals): 
                    if name in ("request", "result", "loaded", "answer", "ended", "message"):
                        frame.f_locals[name] = {"returned": True, "passed": True, "ended": 0}
                ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), ctypes.c_int(0))
                frame = frame.f_back
        """,
        _CALLS,
    ),
    attack(
        "traces",
        "changes what later code returns by a trace function",
        """
        import sys
        def trace(frame, event, argument):
            if event == "return" and isinstance(argument, dict): argument.update(returned=True, passed=True)
            return trace
        def f(x):
            sys.settrace(trace); sys.setprofile(trace)
            frame = sys._getframe(1)
            while frame: frame.f_trace = trace; frame = frame.f_back
        """,
        _CALLS,
    ),
]

_PATCHING = [
    attack(
        "patched builtins",
        "makes all of builtins say yes",
        """
        import builtins
        for name in ("abs", "all", "len", "isinstance", "sorted", "min", "max", "sum", "round", "repr", "str", "bool",
                     "print", "map", "zip", "type", "AssertionError", "getattr", "__import__"):
            setattr(builtins, name, lambda *arguments, **keywords: True)
        def f(x): return 1
        """,
        _CALLS,
    ),
    attack(
        "names of the tests",
        "defines names that tests look up",
        """
        class math:
            isclose = staticmethod(lambda *arguments, **keywords: True)
        def abs(x): return 0.0
        def all(x): return True
        def isinstance(x, y): return True
        def map(*arguments): return [True]
        def check(candidate): return None
        def zip(*arguments): return []
        given = wanted = pair = candidate = True
        __builtins__ = {"abs": abs, "AssertionError": ValueError}
        AssertionError = ValueError
        def f(x): return 1
        """,
        _CALLS,
    ),
    attack(
        "patched json",
        "json writes what it wants",
        """
        import json
        yes = lambda *arguments, **keywords: '{"returned": true, "passed": true, "defined": ["f"], "ended": 0}'
        json.dumps = json.JSONEncoder.encode = json.JSONEncoder.iterencode = yes
        json.encoder.c_make_encoder = None
        def f(x): return 1
        if __name__ == "__main__": print(1)
        """,
        _ALL,
    ),
    attack(
        "patched guest",
        "replaces the modules that speak for it",
        """
        import sys
        yes = lambda *arguments, **keywords: {"returned": True, "passed": True, "ended": 0}
        for name, module in list(sys.modules.items()):
            if name.startswith("rlvr."):
                for attribute in ("answer", "encode", "failure", "_encode", "decode"):
                    if hasattr(module, attribute): setattr(module, attribute, yes)
                sys.modules[name] = None
        def f(x): return 1
        if __name__ == "__main__": print(1)
        """,
        _ALL,
    ),
    attack(
        "patched encoder tables",
        "every int and str encodes as an object, a tag, or nothing known",
        """
        from rlvr.envs.sandbox.guest import encoding
        for kind in list(encoding._FORMS):
            encoding._FORMS[kind] = lambda value, run, depth: {"$object": 0, "type": "int", "$any": True}
        def f(x): return 1
        """,
        _CALLS,
    ),
    attack(
        "no modules",
        "empties sys.modules and builtins",
        "import sys, builtins\nsys.modules.clear()\nvars(builtins).clear()\ndef f(x): return 1",
        _ALL,
    ),
    attack(
        "import hooks",
        "is asked for all later imports",
        """
        import builtins, sys
        class Yes:
            def find_spec(self, *arguments): raise SystemExit(0)
        sys.meta_path[:] = [Yes()]
        sys.path_hooks[:] = []
        builtins.__import__ = lambda *arguments, **keywords: sys.exit(0)
        def f(x): return 1
        """,
        _ALL,
    ),
    attack(
        "plays the tester",
        "runs the testers' code over its own socket and tells itself that all passes",
        """
        from rlvr.envs.sandbox.guest import tester
        from rlvr.envs.sandbox.guest.wire import Wire
        wire = Wire(3)
        for message in ({"defined": ["f"]}, {"passed": True}, {"returned": True}, {"passed": True}):
            wire.send(message)
        tester.serve(3, 4)
        """,
        _ALL,
        slow=True,
    ),
    attack(
        "plays the zygote",
        "calls the zygote's own functions through __main__ and the frames",
        """
        import sys, __main__
        frame = sys._getframe()
        while frame:
            zygote = frame.f_locals.get("self")
            if hasattr(zygote, "_fork"):
                try: zygote._send({"pid": 1, "ready": True})
                except OSError: pass
                limits = {"cpu": 1, "memory": 1 << 20, "descriptors": 9}
                zygote._become({"run": "tester", "limits": limits}, {"channel": 3})
            frame = frame.f_back
        def f(x): return 1
        """,
        _ALL,
    ),
    attack(
        "is __main__",
        "calls itself __main__ and its functions what the guest's are called",
        """
        import sys
        me = sys.modules[__name__]
        sys.modules["__main__"] = sys.modules["rlvr.envs.sandbox.guest.program"] = me
        def serve(*arguments): return 0
        def answer(*arguments): return {"returned": True}
        def f(x): return 1
        __name__ = "tests"
        """,
        _ALL,
    ),
    attack(
        "hostile stdout",
        "its stream raises and lies when it is flushed",
        """
        import sys
        class Stream:
            def __getattr__(self, name): raise SystemExit(0)
            def flush(self): raise KeyboardInterrupt
        sys.stdout = sys.stderr = sys.__stdout__ = Stream()
        def f(x): return 1
        """,
        _ALL,
    ),
]

ON_VERDICTS: list[Attack] = _LYING + _OBJECTS + _ENDING + _LOOKING + _PATCHING
