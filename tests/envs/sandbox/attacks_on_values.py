"""Programs whose results and exceptions do harm when they are looked at, and sources that do when they are read."""

from __future__ import annotations

from tests.envs.sandbox.attack import Attack, attack

_CALLS = "call close checker assert"
_ALL = f"{_CALLS} stdin"

_RESULTS = {
    "huge list": "[0] * 3_000_000",
    "huge text": "'x' * 30_000_000",
    "huge integer": "1 << 10_000_000",
    "list of huge integers": "[1 << 200_000] * 50",
    "huge fraction": "__import__('fractions').Fraction(1 << 99_999, 3)",
    "huge decimal": "__import__('decimal').Decimal('1e999999999999999999')",
    "signalling NaN in a set": "[__import__('decimal').Decimal('sNaN')]",
    "deep list": "__import__('functools').reduce(lambda a, _: [a], range(5000), 0)",
    "deep dict": "__import__('functools').reduce(lambda a, _: {'a': a}, range(150), 0)",
    "cyclic list": "(lambda a: a.append(a) or a)([])",
    "cyclic dict": "(lambda a: a.update(a=a) or a)({})",
    "endless iterator": "__import__('itertools').count()",
    "endless pairs": "zip(__import__('itertools').count(), __import__('itertools').cycle([1]))",
    "generator that raises": "(1 / 0 for _ in [0])",
    "keys that collide": "{(i << 61) - i: 0 for i in range(20000)}",
    "keys like tags": "{'$tuple': [1], '$object': 2, 'type': 'int'}",
    "unhashable key": "type('K', (list,), {'__hash__': lambda self: 1})()",
    "halves of characters": "'\\ud800' * 99",
    "all characters": "''.join(map(chr, range(0x110000)))",
    "memory view": "memoryview(bytearray(10))",
    "module": "__import__('sys')",
    "itself": "f",
    "type": "int",
    "not implemented": "NotImplemented",
    "range": "range(-(1 << 99999), 1 << 99999, 3)",
}

_HOSTILE = {
    "property that raises": (
        "class A:\n    @property\n    def __class__(self): raise SystemExit(0)\ndef f(x): return A()"
    ),
    "property that hangs not": (
        "class A(int):\n    def __index__(self): return NUMBER\n    real = property(lambda s: 1 / 0)\n"
        "NUMBER = 5\ndef f(x): return A(7)"
    ),
    "__getattribute__": (
        "class A(dict):\n    def __getattribute__(self, name): raise KeyboardInterrupt\ndef f(x): return A(a=1)"
    ),
    "metaclass": (
        "class M(type):\n    def __getattribute__(cls, name): raise SystemExit(0)\n"
        "    def mro(cls): return type.mro(cls)\nclass A(metaclass=M): pass\ndef f(x): return A()"
    ),
    "strange mro": (
        "class M(type):\n"
        "    def mro(cls): return [cls, int, object] if cls.__name__ == 'A' else type.mro(cls)\n"
        "class A(int, metaclass=M): pass\ndef f(x): return A(7)"
    ),
    "__reduce__": (
        "class A:\n    def __reduce__(self): return (print, ('pwned',))\n"
        "    __getstate__ = __reduce_ex__ = lambda self, *a: (print, ('pwned',))\ndef f(x): return A()"
    ),
    "list whose items change": (
        "class A(list):\n    def __iter__(self): return iter([object()] * 10**9)\n"
        "    def __len__(self): return 10**9\ndef f(x): return A([1])"
    ),
    "fraction of lies": (
        "from fractions import Fraction\ndef f(x):\n"
        "    a = Fraction(1, 2); a._numerator = 'x'; a._denominator = 0\n    return a"
    ),
    "list changed while it is read": (
        "class A:\n    pass\na = [0] * 1000\ndef g():\n    while True:\n        a.clear(); yield 1\n"
        "def f(x): return [a, g()]"
    ),
    "name that is no name": "def f(x): return type('\\ud800\\n' * 999, (), {})()",
    "class without a name": (
        "class M(type):\n    __name__ = property(lambda cls: 1 / 0)\ndef f(x): return M('A', (), {})()"
    ),
    "future": "async def g(): return 1\ndef f(x): return g()",
}

_RAISING = {
    "text that raises": "class E(Exception):\n    def __str__(self): raise SystemExit(0)\ndef f(x): raise E",
    "text that is a lie": (
        "class S(str):\n    def __getitem__(self, key): return self\nclass E(Exception):\n"
        "    def __str__(self): return S('x' * 10**7)\ndef f(x): raise E"
    ),
    "huge text": "def f(x): raise ValueError('x' * 50_000_000)",
    "class that raises": (
        "class M(type):\n    def __getattribute__(cls, name): raise SystemExit(0)\n"
        "class E(Exception, metaclass=M): pass\ndef f(x): raise E"
    ),
    "name of another": (
        "class StopIteration(Exception): pass\nStopIteration.__module__ = 'builtins'\ndef f(x): raise StopIteration"
    ),
    "traceback that raises": (
        "class E(Exception):\n    __traceback__ = property(lambda self: 1 / 0)\n"
        "    with_traceback = None\ndef f(x): raise E"
    ),
    "long chain": (
        "def f(x):\n    e = ValueError()\n    for _ in range(100000):\n"
        "        n = ValueError(); n.__context__ = n.__cause__ = e; e = n\n    raise e"
    ),
    "syntax error of its own": (
        "def f(x):\n"
        "    e = SyntaxError('x', ('<program>', 10**9, 10**9, ['x'])); e.text = object(); e.lineno = 1 << 99\n"
        "    raise e"
    ),
    "group": "def f(x): raise BaseExceptionGroup('g', [SystemExit(0), KeyboardInterrupt()])",
    "halves of characters": "def f(x): raise ValueError('\\ud800')",
    "no exception": "def f(x): raise 1",
}

_SOURCES = {
    "zero byte": "def f(x): return 1\0",
    "half a character": "x = '\ud800'",
    "broken": "def f(x:\n  return (",
    "nothing": "\n",
    "comment": "# f(3) is right",
    "byte order mark": "\ufeffdef f(x): return 1",
    "coding line": "# -*- coding: utf-7 -*-\n+AGQAZQBm- f(x): return 1",
    "unknown coding": "# -*- coding: rot13 -*-\nqrs s(k): erghea 1",
    "form feeds and returns": "\f\rdef f(x):\r\treturn 1\r\x1a",
    "names that look alike": "def ｆ(x): return 1\nif __name__ == '__main__': ｐrint(1)",
    "hidden direction": "def f(x): return '\u202e1\u2066'",
    "escape": "'\\N{" + "x" * 10000 + "}'",
    "future": "from __future__ import braces\ndef f(x): return 1",
    "annotations that run": "def f(x: __import__('os')._exit(0)): return 1",
    "decorators that run": "@__import__('sys').exit\ndef f(x): return 1",
    "long line": "x = '" + "a" * 1_000_000 + "'\ndef f(x): return 1",
    "long number": "x = " + "9" * 100_000,
    "main guard": "if __name__ in ('__main__', 'solution', 'tests'): raise SystemExit(0)",
    "only assertions": "assert True\npassed = True",
    "entry point is no function": "f = 1",
    "entry point is a class": (
        "class f:\n    def __new__(cls, x): return object.__new__(cls)\n    __eq__ = lambda s, o: True"
    ),
    "no entry point": "def g(x): return 1",
    "prints the tests' words": "print('passed', True, {'passed': True}, 'OK')\ndef f(x): return 'passed'",
    "async entry point": "async def f(x): return 1",
    "asks for the input": "def f(x): return input()",
}

_LONG = frozenset(
    ("huge list", "huge text", "list of huge integers", "keys that collide", "all characters", "text that is a lie")
) | {"long line", "long number", "long chain"}
"""Those that take a second or more."""


def _attacks(kind: str, tries: str, programs: dict[str, str], tasks: str) -> list[Attack]:
    return [
        attack(f"{kind}: {name}", tries, code, "call" if name in _LONG else tasks, slow=name in _LONG)
        for name, code in programs.items()
    ]


ON_VALUES: list[Attack] = [
    *_attacks(
        "returns", "is hard to look at", {name: f"def f(x): return {code}" for name, code in _RESULTS.items()}, _CALLS
    ),
    *_attacks("returns", "runs code, or fails, when it is looked at", _HOSTILE, _CALLS),
    *_attacks("raises", "is hard to look at", _RAISING, _CALLS),
    *_attacks("source", "is hard to read", _SOURCES, _ALL),
]
