from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints import CONSTRAINTS
from rlvr.envs.instructions.rows import reference_of
from rlvr.envs.instructions.verifier import MODES, plan
from rlvr.seeding import StreamKey
from tests.envs.instructions.hostile import MORE, SHORT, SIZE, TEXTS


def drawn(name: str, level: int) -> dict:
    return CONSTRAINTS[name].draw(StreamKey("limits", name).at(0, level), level)


def asked(name: str, text: str, mode: str, kwargs: dict) -> bool:
    constraint = CONSTRAINTS[name]
    return constraint.check(text, **kwargs) if mode == "strict" else constraint.reference(text, **kwargs)


def test_the_texts_are_of_their_size():
    sizes = {name: len(text.encode("utf-8", "surrogatepass")) for name, text in (TEXTS | MORE).items()}
    assert {name: size for name, size in sizes.items() if not 0.9 * SIZE < size <= SIZE} == {}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", CONSTRAINTS)
def test_no_long_text_raises(name, mode):
    kwargs = drawn(name, 2)
    assert {type(asked(name, text, mode, kwargs)) for text in TEXTS.values()} == {bool}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", CONSTRAINTS)
def test_no_odd_text_raises(name, mode):
    for level in (1, 2, 3):
        kwargs = drawn(name, level)
        assert {type(asked(name, text, mode, kwargs)) for text in SHORT} == {bool}


@pytest.mark.parametrize("mode", MODES)
def test_the_verifier_answers_on_each_of_them(mode):
    names = ["keywords:existence", "length_constraints:number_sentences", "startend:quotation"]
    row = {"instruction_id_list": names, "kwargs": [drawn(name, 1) for name in names]}
    assert reference_of(row)
    for text in TEXTS.values():
        assert 0.0 <= plan(text, row, mode=mode, loose=True).score <= 1.0
