import json
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlvr.baselines.config import ConfigError, as_dict, merge, read
from rlvr.baselines.thinking import config as thinking


@dataclass(frozen=True)
class Inner:
    rate: float = 0.5
    kind: Literal["adamw", "muon"] = "adamw"
    betas: tuple[float, float] = (0.9, 0.95)
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.rate < 0:
            raise ValueError(f"Expected inner.rate to be at least 0, actually: {self.rate}.")


@dataclass(frozen=True)
class Outer:
    steps: int = 3
    flag: bool = False
    path: str | None = None
    limit: int | float | None = None
    level: Literal[1, 2, "all"] = 1
    kwargs: dict[str, Any] = field(default_factory=dict)
    inner: Inner = field(default_factory=Inner)


def test_values_replace_defaults_section_by_section():
    merged = merge(Outer(), {"steps": 7, "inner": {"kind": "muon"}})
    assert merged == Outer(steps=7, inner=Inner(kind="muon"))


def test_what_is_not_named_keeps_the_value_of_the_default_not_of_the_class():
    assert merge(Outer(inner=Inner(rate=0.25)), {"inner": {"kind": "muon"}}).inner.rate == 0.25


def test_an_unknown_key_is_told_where_it_stands_and_what_is_near():
    with pytest.raises(ConfigError, match=r"key 'step'\. Perhaps you meant 'steps'\. There are: flag, inner"):
        merge(Outer(), {"step": 1})
    with pytest.raises(ConfigError, match=r"\[inner\] 'rat'\. Perhaps you meant 'rate'"):
        merge(Outer(), {"inner": {"rat": 1}})


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"steps": "3"}, "Expected steps to be int, actually: '3'"),
        ({"steps": 3.0}, "Expected steps to be int, actually: 3.0"),
        ({"steps": True}, "Expected steps to be int, actually: True"),
        ({"steps": None}, "Expected steps to be int, actually: None"),
        ({"flag": 1}, "Expected flag to be bool, actually: 1"),
        ({"flag": "true"}, "Expected flag to be bool, actually: 'true'"),
        ({"path": 1}, "Expected path to be str | None, actually: 1"),
        ({"limit": True}, "Expected limit to be int | float | None, actually: True"),
        ({"level": True}, "Expected level to be Literal[1, 2, 'all'], actually: True"),
        ({"level": 1.0}, "Expected level to be Literal[1, 2, 'all'], actually: 1.0"),
        ({"level": ["all"]}, "actually: ['all']"),
        ({"inner": {"kind": "sgd"}}, "Expected inner.kind to be Literal['adamw', 'muon'], actually: 'sgd'"),
        ({"inner": {"rate": True}}, "Expected inner.rate to be float, actually: True"),
        ({"inner": {"betas": [0.9]}}, "Expected inner.betas to be tuple[float, float], actually: [0.9]"),
        ({"inner": {"betas": [0.9, "x"]}}, "Expected inner.betas[1] to be float, actually: 'x'"),
        ({"inner": {"betas": 0.9}}, "Expected inner.betas to be tuple[float, float], actually: 0.9"),
        ({"inner": {"names": "ab"}}, "Expected inner.names to be tuple[str, ...], actually: 'ab'"),
        ({"inner": 5}, "Expected inner to be a section, actually: 5. Write its keys under [inner]."),
        ({"kwargs": []}, "Expected kwargs to be dict[str, Any], actually: []"),
        ({"inner": {"rate": -1}}, "Expected inner.rate to be at least 0, actually: -1.0."),
        ([1], "Expected a configuration to be a section, actually: [1]"),
        ("steps", "Expected a configuration to be a section, actually: 'steps'"),
    ],
)
def test_a_wrong_value_is_named_with_where_it_stands_and_what_was_expected(data, message):
    with pytest.raises(ConfigError) as caught:
        merge(Outer(), data)
    assert message in str(caught.value)


def test_whole_numbers_pass_for_floats_and_lists_for_tuples():
    merged = merge(Outer(), {"inner": {"rate": 1, "betas": [0, 1], "names": ["a", "b"]}})
    assert merged.inner == Inner(rate=1.0, betas=(0.0, 1.0), names=("a", "b"))
    assert type(merged.inner.rate) is float


def test_the_first_member_of_a_union_that_fits_is_taken():
    assert type(merge(Outer(), {"limit": 3}).limit) is int
    assert merge(Outer(), {"limit": 3.5}).limit == 3.5
    assert merge(Outer(limit=3), {"limit": None}).limit is None


def test_a_number_no_float_can_hold_is_refused():
    with pytest.raises(ConfigError, match=r"Expected inner\.rate to be float"):
        merge(Outer(), {"inner": {"rate": 10**400}})


values = st.builds(
    Outer,
    steps=st.integers(),
    flag=st.booleans(),
    path=st.none() | st.text(),
    limit=st.none() | st.integers() | st.floats(allow_nan=False),
    level=st.sampled_from([1, 2, "all"]),
    kwargs=st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.integers())),
    inner=st.builds(
        Inner,
        rate=st.floats(0, allow_nan=False),
        kind=st.sampled_from(["adamw", "muon"]),
        betas=st.tuples(st.floats(allow_nan=False), st.floats(allow_nan=False)),
        names=st.lists(st.text()).map(tuple),
    ),
)


@settings(deadline=None)
@given(values)
def test_plain_data_and_back_is_the_same_configuration(config):
    plain = as_dict(config)
    assert merge(Outer(), json.loads(json.dumps(plain))) == config
    assert as_dict(config) == plain


def test_a_recipe_comes_back_from_the_file_a_run_writes(tmp_path):
    path = tmp_path / "config.json"
    path.write_text(json.dumps(as_dict(thinking())))
    assert read(path, type(thinking())()) == thinking()


def test_toml_and_json_say_the_same(tmp_path):
    (tmp_path / "a.toml").write_text('steps = 9\n[inner]\nkind = "muon"\nbetas = [0.5, 1]\n[kwargs]\nlevel = 2\n')
    (tmp_path / "a.json").write_text(
        '{"steps": 9, "inner": {"kind": "muon", "betas": [0.5, 1]}, "kwargs": {"level": 2}}'
    )
    one, other = read(tmp_path / "a.toml", Outer()), read(tmp_path / "a.json", Outer())
    assert one == other == Outer(steps=9, kwargs={"level": 2}, inner=Inner(kind="muon", betas=(0.5, 1.0)))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.toml", b"steps = ", "is not TOML"),
        ("a.toml", b"\xff\xfe", "is not TOML"),
        ("a.json", b"{", "is not JSON"),
        ("a.json", b"[1, 2]", "Expected a configuration to be a section"),
        ("a.json", b"", "is not JSON"),
        ("a.toml", b"stepz = 3", "Unknown key 'stepz'"),
        ("a.toml", b"[inner]\nrate = -1", "Expected inner.rate to be at least 0"),
    ],
)
def test_a_wrong_file_is_named(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        read(tmp_path / name, Outer())
    assert str(tmp_path / name) in str(caught.value)
    assert message in str(caught.value)


def test_a_missing_file_is_named_with_what_would_do(tmp_path):
    with pytest.raises(ConfigError, match=r"nowhere\.toml: No such file or directory\. Name a TOML file"):
        read(tmp_path / "nowhere.toml", Outer())
    with pytest.raises(ConfigError, match="Is a directory"):
        read(tmp_path, Outer())


def test_an_empty_file_leaves_everything_as_it_is(tmp_path):
    (tmp_path / "empty.toml").write_text("")
    assert read(tmp_path / "empty.toml", Outer(steps=8)) == Outer(steps=8)
