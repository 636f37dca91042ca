import copy
import pickle

import pytest

from rlvr.core import Check, Status, Verdict
from rlvr.envs.tools import TOOLS, Toolbox, toolbox
from rlvr.envs.tools.python import Python
from tests.planted_tools import Planted

PENDING = Verdict(Status.PENDING, answer="A", extraction="planted")


def test_tools_are_found_by_name_and_take_options():
    assert toolbox((), max_calls=4) is None
    made = toolbox(["python"], max_calls=3, isolation="none", opened_think=True)
    tool = made.tools["python"]
    assert type(tool) is Python and (tool.isolation, tool.opened_think, tool.role) == ("none", True, "tool")
    made = toolbox([{"name": "python", "role": "user"}], max_calls=3, isolation="none")
    assert made.tools["python"].role == "user"
    made = toolbox(["tests.planted_tools:Planted"], max_calls=3)
    assert type(made.tools["planted"]) is Planted
    assert set(TOOLS) == {"python"}


@pytest.mark.parametrize(
    ("tools", "match"),
    [
        ("python", "Expected tools to be several names"),
        ({"name": "python"}, "Expected tools to be several names"),
        (["pyton"], "Unknown tool 'pyton'. Perhaps you meant 'python'. There are: python."),
        ([7], "Unknown tool 7"),
        ([{"role": "user"}], "Unknown tool None"),
        ([{"name": "python", "rôle": "user"}], "Expected options of the tool 'python', actually: {'rôle': 'user'}"),
        ([{"name": "python", "role": "system"}], "role to be one of tool, user, actually: 'system'"),
        (["python", "python"], "tools of different names, actually: \\['python', 'python'\\]"),
    ],
)
def test_what_is_no_tool_is_refused_with_what_there_is(tools, match):
    with pytest.raises(ValueError, match=match):
        toolbox(tools, max_calls=4, isolation="none")


@pytest.mark.parametrize("max_calls", [0, -1, 1.0, True, "4", None])
def test_a_number_of_calls_that_is_none_is_refused(max_calls):
    with pytest.raises(ValueError, match="max_calls to be an integer of at least 1"):
        Toolbox([Planted()], max_calls)


def test_calls_are_planned_until_they_are_used_up():
    box = Toolbox([Planted()], 2)
    assert [box.plan("call a", calls) is None for calls in range(4)] == [False, False, True, True]
    assert box.plan("call a", 0) == Check("tests.planted_tools:shout", ("a", "planted"), cpu_seconds=1)
    assert box.plan("an answer", 0) is None


def test_the_first_tool_that_finds_a_call_is_called():
    box = Toolbox([Planted(name="one"), Planted(name="two")], 2)
    assert box.plan("call a", 0).arguments == ("a", "one")


def test_the_last_call_says_that_it_was_the_last():
    box = Toolbox([Planted()], 2)
    assert box.reply(PENDING, 1) == {"role": "tool", "content": "A"}
    assert box.reply(PENDING, 2) == {"role": "tool", "content": "A\nThat was the last call: answer now."}
    assert box.reply(PENDING, 1) is not box.reply(PENDING, 1)


@pytest.mark.parametrize(("max_calls", "said"), [(1, "1 call."), (3, "3 calls.")])
def test_the_model_is_told_of_its_tools_and_calls(max_calls, said):
    tools = [Planted(instruction="One."), Planted(name="b", instruction="You have {calls}.")]
    assert Toolbox(tools, max_calls).told("q?") == f"q?\n\nOne.\n\nYou have {said}"
    assert Toolbox([Planted(instruction="")], max_calls).told("q?") == "q?"


def test_only_the_timeouts_of_a_tools_own_checks_are_no_answers():
    box = Toolbox([Planted()], 2)
    timeout = Verdict(Status.TIMEOUT, reason="Out of memory.")
    own, other = Check("tests.planted_tools:shout"), Check("tests.planted_verifiers:loops")
    assert box.judged(own, timeout) == Verdict(Status.PENDING, answer="", extraction="planted", reason="Out of memory.")
    assert box.judged(other, timeout) is timeout
    for status in (Status.ERROR, Status.PENDING, Status.WRONG):
        assert box.judged(own, Verdict(status)).status is status


def test_a_toolbox_can_be_copied_and_pickled():
    box = toolbox(["python"], max_calls=3, isolation="none")
    check = box.plan("```python\n1\n```", 0)
    for one in (copy.deepcopy(box), pickle.loads(pickle.dumps(box))):
        assert one.plan("```python\n1\n```", 0) == check
