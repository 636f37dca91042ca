"""Tagged JSON: what goes in comes out with its type, and nothing that comes in raises anything but ValueError."""

from __future__ import annotations

import collections
import datetime
import enum
import itertools
import json
import re
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rlvr.envs.sandbox.guest import bounds
from rlvr.envs.sandbox.guest.values import Opaque, decode, dumps, encode, loads

TEXTS = st.text(st.characters(exclude_categories=()), max_size=8)  # Halves of surrogate pairs too.
HASHABLE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(1 << 70), 1 << 70),
    st.floats(allow_nan=False),
    st.complex_numbers(allow_nan=False),
    TEXTS,
    st.binary(max_size=8),
    st.dates(),
    st.datetimes().map(lambda moment: moment.replace(fold=0)),  # ISO 8601 has no word for the second 2 o'clock.
    st.times().map(lambda moment: moment.replace(fold=0)),
    st.timedeltas(),
    st.decimals(allow_nan=False),
    st.fractions(),
    st.just(...),
    st.builds(range, st.integers(), st.integers(), st.integers(1)),
)
HASHABLE = st.recursive(
    HASHABLE, lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=3), max_leaves=5
)
VALUES = st.recursive(
    HASHABLE | st.binary(max_size=8).map(bytearray),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.lists(inner, max_size=4).map(collections.deque)
        | st.sets(HASHABLE, max_size=4)
        | st.dictionaries(TEXTS | st.just("$tuple"), inner, max_size=4)
        | st.dictionaries(HASHABLE, inner, max_size=4)
    ),
    max_leaves=20,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(TEXTS, inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "$tuple $set $frozenset $dict $int $float $complex $bytes $bytearray $range $iterator $keys $values "
                "$items $date $datetime $time $timedelta $decimal $fraction $ellipsis $object type $deque $x".split()
            ),
            inner | st.lists(st.lists(inner, min_size=2, max_size=2), max_size=3) | st.text("0123456789abcdef-.:T"),
            min_size=1,
            max_size=2,
        )
    ),
    max_leaves=20,
)


def there_and_back(value: Any) -> Any:
    return decode(loads(dumps(encode(value))))


def shape(value: Any) -> Any:
    """A value with the type of everything in it."""
    kind = type(value)
    if kind in (list, tuple, collections.deque):
        return kind, [shape(one) for one in value]
    if kind in (set, frozenset):
        return kind, sorted(map(repr, map(shape, value)))
    if kind is dict:
        return kind, [(shape(key), shape(one)) for key, one in value.items()]
    return kind, repr(value)


@given(VALUES)
def test_a_value_comes_back_equal_and_with_its_types(value: Any) -> None:
    back = there_and_back(value)
    assert back == value
    assert shape(back) == shape(value)


@given(JSON)
@example({"$set": [[1]]})
@example({"$dict": [[{}, 1]]})
@example({"$fraction": ["1", "0"]})
@example({"$decimal": "1e9999999999999999999999"})
@example({"$timedelta": [10**18, 0, 0]})
@example({"$range": [0, 1, 0]})
@example({"$frozenset": [{"$decimal": "sNaN"}]})
def test_any_json_decodes_or_raises_value_error(data: Any) -> None:
    try:
        value = decode(data)
    except ValueError:
        return
    encode(value)


@given(st.binary(max_size=60))
def test_any_bytes_load_or_raise_value_error(body: bytes) -> None:
    try:
        loads(body)
    except ValueError:
        return


@pytest.mark.parametrize(
    ("value", "data"),
    [
        ([1, "a", None, True, 1.5], [1, "a", None, True, 1.5]),
        ({"a": {"b": []}}, {"a": {"b": []}}),
        ({"$a": 1}, {"$dict": [["$a", 1]]}),
        ({1: 2}, {"$dict": [[1, 2]]}),
        (2**63, {"$int": "8" + "0" * 15}),
        (-(2**63), {"$int": "-8" + "0" * 15}),
        (float("-inf"), {"$float": "-inf"}),
        (1 - 2j, {"$complex": [1.0, -2.0]}),
        (b"\x00\xff", {"$bytes": "00ff"}),
        (range(1, 9, 2), {"$range": [1, 9, 2]}),
        ({"a": 1}.keys(), {"$keys": ["a"]}),
        ({"a": 1}.values(), {"$values": [1]}),
        ({"a": 1}.items(), {"$items": [["a", 1]]}),
        (datetime.date(2024, 2, 29), {"$date": "2024-02-29"}),
        (datetime.timedelta(-1, 2), {"$timedelta": [-1, 2, 0]}),
        (Decimal("1.50"), {"$decimal": "1.50"}),
        (Fraction(-10, 4), {"$fraction": ["-5", "2"]}),
        (..., {"$ellipsis": 1}),
        (int, {"$type": "int"}),
        (list, {"$type": "list"}),
    ],
)
def test_the_format_is_as_documented(value: Any, data: Any) -> None:
    assert encode(value) == data
    back = decode(data)
    assert type(back) is type(value)
    assert back == value or isinstance(value, type({}.values()))


def test_nan_comes_back_as_nan() -> None:
    back = there_and_back([float("nan"), Decimal("NaN")])
    assert repr(back) == "[nan, Decimal('NaN')]"


def test_times_keep_their_offset() -> None:
    zone = datetime.timezone(datetime.timedelta(hours=5, minutes=30))
    for value in (datetime.datetime(2024, 1, 2, 3, 4, 5, 6, zone), datetime.time(1, 2, tzinfo=zone)):
        assert there_and_back(value) == value


class Number(int):
    def __eq__(self, other: object) -> bool:
        return True

    def __index__(self) -> int:
        raise RuntimeError

    __hash__ = int.__hash__


class Real(float):
    def __float__(self) -> float:
        return 9.0


class Text(str):
    def __eq__(self, other: object) -> bool:
        return True

    def __str__(self) -> str:
        return "another"

    __hash__ = str.__hash__


class Items(list):
    def __iter__(self) -> Any:
        raise RuntimeError

    def __eq__(self, other: object) -> bool:
        return True


class Mapped(dict):
    def items(self) -> Any:
        raise RuntimeError

    def __iter__(self) -> Any:
        raise RuntimeError


class Liar:
    @property
    def __class__(self) -> type:  # type: ignore[override]
        return int


class Pair(NamedTuple):
    left: int
    right: int


class Colour(enum.IntEnum):
    RED = 1


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (Number(7), 7),
        (Real(1.5), 1.5),
        (Text("a"), "a"),
        (Items([1, Items([2])]), [1, [2]]),
        (Mapped(a=1), {"a": 1}),
        (Pair(1, 2), (1, 2)),
        (Colour.RED, 1),
        (collections.Counter("aab"), {"a": 2, "b": 1}),
        (collections.defaultdict(list, {1: [2]}), {1: [2]}),
        ({Text("a"): 1}, {"a": 1}),
        ({Number(3)}, {3}),
    ],
)
def test_a_subclass_is_cast_to_its_base_whatever_it_redefines(value: Any, plain: Any) -> None:
    assert shape(there_and_back(value)) == shape(plain)


def test_an_ordered_dict_keeps_the_order_it_was_given() -> None:
    value = collections.OrderedDict(a=1, b=2)
    value.move_to_end("a")
    assert list(there_and_back(value)) == ["b", "a"]


def test_what_only_says_that_it_is_an_int_is_an_object() -> None:
    assert encode(Liar()) == {"$object": 0, "type": "Liar"}


def test_objects_get_the_handle_of_their_owner_and_come_back_by_the_factory() -> None:
    held: list[Any] = []

    def hold(value: Any) -> int:
        held.append(value)
        return len(held) - 1

    thing, function = object(), len
    data = encode([thing, (function,)], objects=hold)
    assert data == [
        {"$object": 0, "type": "object"},
        {"$tuple": [{"$object": 1, "type": "builtin_function_or_method"}]},
    ]
    assert decode(data, object_factory=lambda handle, name: held[handle]) == [thing, (function,)]


def test_an_object_without_a_factory_equals_nothing_but_itself() -> None:
    one, other = decode([{"$object": 0, "type": "A"}, {"$object": 0, "type": "A"}])
    assert type(one) is Opaque and repr(one) == "<A object>"
    assert one == one and one != other and one != 0


@pytest.mark.parametrize(
    "iterator",
    [
        (number for number in (1, 2)),
        map(int, "12"),
        filter(None, [1, 2]),
        reversed([2, 1]),
        iter([1, 2]),
        iter((1, 2)),
        iter({1: 0, 2: 0}),
        iter({0: 1, 1: 2}.values()),
        itertools.chain([1], [2]),
        iter(range(1, 3)),
        (int(match[0]) for match in re.finditer(".", "12")),
    ],
)
def test_iterators_are_read_out(iterator: Any) -> None:
    data = encode(iterator)
    assert data == {"$iterator": [1, 2]}
    assert list(decode(data)) == [1, 2]


def test_an_iterator_that_goes_on_is_an_object_that_lost_nothing() -> None:
    held: list[Any] = []
    data = encode(itertools.count(), objects=lambda value: held.append(value) or 5)
    assert data == {"$object": 5, "type": "count"}
    assert list(itertools.islice(held[0], bounds.MOST_READ + 3)) == list(range(bounds.MOST_READ + 3))


def test_cycles_and_deep_values_are_refused() -> None:
    cycle: list[Any] = []
    cycle.append(cycle)
    deep: Any = 1
    for _ in range(bounds.MOST_DEPTH + 2):
        deep = (deep,)
    for value in (cycle, deep, {"a": cycle}):
        with pytest.raises(ValueError, match="levels"):
            encode(value)
    data: Any = 1
    for _ in range(bounds.MOST_DEPTH + 2):
        data = {"$tuple": [data]}
    with pytest.raises(ValueError, match="levels"):
        decode(data)


def test_the_deepest_value_that_is_encoded_can_be_decoded() -> None:
    value: Any = 1
    for _ in range(bounds.MOST_DEPTH):
        value = {1: value}
    assert there_and_back(value) == value


def test_shared_parts_that_blow_up_are_refused() -> None:
    value: list[Any] = ["x"]
    for _ in range(60):
        value = [value, value]
    with pytest.raises(ValueError, match="fewer values"):
        encode(value, most=10_000)
    with pytest.raises(ValueError, match="fewer values"):
        decode([[0], [0, 1]], most=4)


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 100_000, b"NaN", b"[1e999", b"1" * 5000, b"\xff", b""])
def test_bytes_that_are_no_json_for_us_are_refused(body: bytes) -> None:
    with pytest.raises(ValueError):
        loads(body)


def test_halves_of_a_surrogate_pair_stay_apart() -> None:
    assert there_and_back(["\ud83d", "\ude00", "\ud83d\ude00"]) == ["\ud83d", "\ude00", "\ud83d\ude00"]


@pytest.mark.parametrize(
    "data",
    [
        float("inf"),
        2**63,
        (1, 2),
        {"$tuple": 1},
        {"$tuple": [1], "a": 2},
        {"a": 2, "$tuple": [1]},
        {"$unknown": 1},
        {"$set": [1, 1]},
        {"$set": [1, True]},
        {"$set": [[1]]},
        {"$dict": [[1, 2], [1, 3]]},
        {"$dict": [[1, 2, 3]]},
        {"$dict": [[[], 2]]},
        {"$dict": {"a": 1}},
        {"$int": "0x1f"},
        {"$int": "1_0"},
        {"$int": ""},
        {"$int": 5},
        {"$float": "1.5"},
        {"$float": ["nan"]},
        {"$complex": [1, 2.0]},
        {"$bytes": "0"},
        {"$range": [0, True, 1]},
        {"$range": [0, 1, 0]},
        {"$date": "2024-02-30"},
        {"$date": 5},
        {"$timedelta": [0, 0]},
        {"$decimal": "one"},
        {"$fraction": ["1", "0"]},
        {"$ellipsis": True},
        {"$type": "object"},
        {"$type": ["int"]},
        {"$object": -1, "type": "A"},
        {"$object": True, "type": "A"},
        {"$object": 0, "type": "A" * 1000},
        {"$object": 0},
        {"$int": "f" * (bounds.INT_DIGITS + 2)},
    ],
)
def test_malformed_data_is_refused(data: Any) -> None:
    with pytest.raises(ValueError):
        decode(data)


def test_numbers_too_long_to_travel_are_refused() -> None:
    for value in (1 << (4 * bounds.INT_DIGITS), Fraction(1, 1 << (4 * bounds.FRACTION_DIGITS)), Decimal("1" * 10_001)):
        with pytest.raises(ValueError, match="at most"):
            encode(value)


@pytest.mark.parametrize("tag", ["$set", "$frozenset", "$keys", "$dict"])
def test_elements_that_were_chosen_to_collide_are_refused(tag: str) -> None:
    colliding: list[Any] = [{"$int": format(at * ((1 << 61) - 1), "x")} for at in range(20_000)]
    with pytest.raises(ValueError, match="collide"):
        decode({tag: [[key, 0] for key in colliding] if tag == "$dict" else colliding})
    assert len(decode({"$set": list(range(-10_000, 10_000))})) == 20_000


def test_decoding_shares_nothing_with_the_data() -> None:
    data = [[1, 2], ["a"], {"a": [1.5]}]
    value = decode(data)
    for inner in (*value[:2], value[2]["a"]):
        inner.append(0)
    assert data == [[1, 2], ["a"], {"a": [1.5]}]


def test_what_encode_writes_is_json() -> None:
    value = {"a": [1, (2, {3}), {4: 5.5}], "b": b"x"}
    assert json.loads(json.dumps(encode(value))) == encode(value)
