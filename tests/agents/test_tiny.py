import torch
from hypothesis import given
from hypothesis import strategies as st

from rlvr.agents.tiny import CHARACTERS, TAGS, tiny_model, tiny_tokenizer

TOKENIZER = tiny_tokenizer()


@given(st.text(alphabet=CHARACTERS, max_size=40))
def test_every_printable_text_comes_back_from_its_tokens(text):
    ids = TOKENIZER.encode(text, add_special_tokens=False)
    assert TOKENIZER.decode(ids, clean_up_tokenization_spaces=False) == text


def test_a_tag_is_one_token_and_survives_skipping_special_ones():
    for tag in TAGS:
        ids = TOKENIZER.encode(tag, add_special_tokens=False)
        assert len(ids) == 1
        assert TOKENIZER.decode(ids, skip_special_tokens=True) == tag


def test_unknown_characters_become_the_unknown_token():
    assert TOKENIZER.encode("é", add_special_tokens=False) == [TOKENIZER.unk_token_id]


def test_the_vocabulary_fits_the_model_and_the_size_is_what_is_said():
    model = tiny_model()
    assert len(TOKENIZER) == 107 == model.config.vocab_size
    assert sum(parameter.numel() for parameter in model.parameters()) == 415_872


def test_weights_depend_on_the_seed_alone():
    before = torch.random.get_rng_state()
    first, second, other = tiny_model(1, width=32), tiny_model(1, width=32), tiny_model(2, width=32)
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True))
    assert any(not torch.equal(a, b) for a, b in zip(first.parameters(), other.parameters(), strict=True))
    assert torch.equal(before, torch.random.get_rng_state())
