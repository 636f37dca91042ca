"""Answers made to hang, crash, flood or take over a grader: each gets a verdict, and nothing else happens."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlvr.core import Check, Status
from rlvr.envs.math.verifier import compare, plan
from rlvr.envs.verification.pool import Pool
from tests.envs.math.adversarial import ADVERSARIAL, PWNED

ROOT = Path(__file__).parents[3]
GOLDS = ("42", r"\frac{\sqrt{3}}{2} + x", r"(1, \infty)", r"\text{east}")

# A process of its own for each: sympy and mpmath choose their integers when they are imported.
JUDGE = """
import json, sys
import rlvr
from rlvr.envs.math.verifier import plan
from tests.envs.math.adversarial import ADVERSARIAL

import mpmath
cases = [
    (name, text if completion else "\\\\boxed{" + text + "}", gold)
    for name, text, completion in ADVERSARIAL
    for gold in json.loads(sys.argv[1])
]
names, answers, golds = map(list, zip(*cases))
verdicts = rlvr.verify_many("math", answers, golds)
statuses = [[name, gold, verdict.status] for name, gold, verdict in zip(names, golds, verdicts)]
honest = rlvr.verify_many("math", ["\\\\boxed{42}", r"\\boxed{\\arctan 2 + \\arctan 3}"], ["42", r"\\frac{3\\pi}{4}"])
print(json.dumps({
    "backend": mpmath.libmp.BACKEND,
    "statuses": statuses,
    "honest": [verdict.status for verdict in honest],
    "errors": rlvr.envs.verification.statistics().errors,
}))
"""


@pytest.mark.parametrize("backend", ["python", "gmpy"])
def test_every_adversary_gets_a_verdict_and_the_caller_lives(backend, tmp_path):
    if backend == "gmpy":
        pytest.importorskip("gmpy2", reason="gmpy2 is not installed")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SYMPY_GROUND_TYPES": backend}
    environment.pop("MPMATH_NOGMPY", None)
    if backend == "python":
        environment["MPMATH_NOGMPY"] = "1"
    run = subprocess.run(
        [sys.executable, "-c", JUDGE, json.dumps(GOLDS)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    assert told["backend"] == backend
    assert len(told["statuses"]) == len(ADVERSARIAL) * len(GOLDS) > 280
    allowed = {Status.WRONG, Status.UNPARSABLE, Status.TIMEOUT, Status.CORRECT}
    assert [case for case in told["statuses"] if case[2] not in allowed] == []
    # Right is what holds the gold and no more, or says it last.
    right = {name for name, _, status in told["statuses"] if status == Status.CORRECT}
    assert right <= ALLOWED_TO_BE_RIGHT
    assert told["honest"] == [Status.CORRECT, Status.CORRECT]
    assert told["errors"] == 0
    assert list(tmp_path.iterdir()) == []  # No payload made its file.


ALLOWED_TO_BE_RIGHT = {
    "two boxes",  # 41, then 42: the last one counts. Strictly both are wrong.
    "a megabyte and then an answer",
    # Invisible characters around a plain 42.
    "right-to-left mark",
    "byte order mark",
    "zero-width space",
    "soft hyphen",
    "lone surrogates around a box",
    "shell, newline",  # "touch pwned" counts as the unit of 42, as apples would.
}


def test_what_hides_behind_many_boxes_is_wrong_in_strict_mode():
    assert plan(r"\boxed{41} \boxed{42}", "42", strict=True).status is Status.WRONG


@pytest.mark.parametrize("function", ["power_in_c", "factorial_in_gmp"])
def test_arithmetic_in_c_that_hears_no_signal_is_ended_by_its_limit(function):
    """`100000000!` in GMP runs for minutes, and Python's signal handlers wait for it; the kernel does not."""
    if function == "factorial_in_gmp":
        pytest.importorskip("gmpy2", reason="gmpy2 is not installed")
    pool = Pool(workers=1, wall_factor=60)
    try:
        verdict = pool.submit(Check(f"tests.planted_verifiers:{function}", (), cpu_seconds=1)).result()
    finally:
        pool.close()
    assert verdict.status is Status.TIMEOUT
    assert "used up its 1 s of CPU time" in verdict.reason


PAYLOADS = [
    "__import__('os').system('touch {path}')",
    "open('{path}','w').write('x')",
    r"\pi*0 or open('{path}','w')",
    "[].__class__.__base__.__subclasses__()[0]('{path}')",
    "exec(\"open('{path}','w')\")",
    "eval(compile(\"open('{path}','w')\",'','exec'))",
    "(lambda: open('{path}', 'w'))()",
    "Integer(1).__class__.__init__.__globals__['__builtins__']['open']('{path}','w')",
    "{{0.__class__.__init__.__globals__[open]}}('{path}','w')",
    "$(touch {path})",
    "`touch {path}`",
    "; touch {path};",
    "| touch {path}",
    r"\write18{{touch {path}}}",
    r"\input|\"touch {path}\"",
    r"\immediate\write18{{touch {path}}}",
    "{{{{ cycler.__init__.__globals__.os.popen('touch {path}').read() }}}}",
    "cos\nsystem\n(S'touch {path}'\ntR.",
    "!!python/object/apply:os.system ['touch {path}']",
    "Function('f')(open('{path}','w'))",
]
AROUND = st.text(st.sampled_from(r"0123456789xyz+-*/^(){}[]\,.= '\"_|!"), max_size=12)


@settings(max_examples=150)
@given(
    payload=st.sampled_from(PAYLOADS),
    before=AROUND,
    after=AROUND,
    gold=st.sampled_from([*GOLDS, r"\frac{\pi}{4}"]),
    strict=st.booleans(),
)
def test_nothing_in_an_answer_or_a_gold_is_ever_executed(tmp_path_factory, payload, before, after, gold, strict):
    folder = tmp_path_factory.getbasetemp() / "payloads"
    folder.mkdir(exist_ok=True)
    answer = (before + payload.format(path=folder / PWNED) + after).strip()
    plan(rf"\boxed{{{answer}}}", gold, strict=strict)
    assert compare(answer[:1_000], gold, strict=strict).status is not Status.CORRECT
    compare(gold, answer[:1_000], strict=strict)
    assert list(folder.iterdir()) == []
