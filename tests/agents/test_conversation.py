import pytest

from rlvr.agents.conversation import encode
from rlvr.agents.tiny import tiny_tokenizer
from rlvr.core import Completion


@pytest.fixture(scope="module")
def tokenizer():
    return tiny_tokenizer()


def text(tokenizer, ids):
    return tokenizer.decode(ids, skip_special_tokens=False)


def test_a_fresh_conversation_is_the_template(tokenizer):
    ids = encode(tokenizer, [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "1+1=?"}])
    assert text(tokenizer, ids) == "<|system|>Be brief.<|end|><|user|>1+1=?<|end|><|assistant|>"


def test_sampled_ids_survive_unchanged_even_where_their_text_would_encode_otherwise(tokenizer):
    question = {"role": "user", "content": "1+1=?"}
    prompt = encode(tokenizer, [question])
    # "<think>" spelled character by character: encoding its text would give the one tag token.
    odd = [*tokenizer.convert_tokens_to_ids(list("<think>")), tokenizer.eos_token_id]
    answer = Completion("<think>", token_ids=odd, prompt_ids=prompt)
    ids = encode(tokenizer, [question, {"role": "assistant", "content": answer}, {"role": "user", "content": "Again."}])
    assert ids[: len(prompt) + len(odd)] == [*prompt, *odd]
    assert text(tokenizer, ids[len(prompt) + len(odd) :]) == "<|user|>Again.<|end|><|assistant|>"


def test_a_cut_sample_gets_its_end_of_turn_from_the_template(tokenizer):
    question = {"role": "user", "content": "1+1=?"}
    prompt = encode(tokenizer, [question])
    cut = Completion("12", token_ids=tokenizer.encode("12"), prompt_ids=prompt, finish_reason="length")
    ids = encode(tokenizer, [question, {"role": "assistant", "content": cut}, {"role": "user", "content": "On."}])
    assert text(tokenizer, ids[len(prompt) :]) == "12<|end|><|user|>On.<|end|><|assistant|>"


def test_plain_text_answers_are_encoded_by_the_template(tokenizer):
    ids = encode(
        tokenizer,
        [
            {"role": "user", "content": "a"},
            {"role": "assistant", "content": "b"},
            {"role": "user", "content": "c"},
        ],
    )
    assert text(tokenizer, ids) == "<|user|>a<|end|><|assistant|>b<|end|><|user|>c<|end|><|assistant|>"


@pytest.mark.parametrize("conversation", [[], [{"role": "assistant", "content": "b"}]])
def test_a_conversation_without_a_question_is_refused(tokenizer, conversation):
    with pytest.raises(ValueError, match="ends with a message to answer"):
        encode(tokenizer, conversation)


def test_a_template_that_hides_answers_is_refused(tokenizer):
    other = tiny_tokenizer()
    other.chat_template = "{% for m in messages %}{% if m['role'] == 'user' %}{{ m['content'] }}{% endif %}{% endfor %}"
    answer = Completion("b", token_ids=[3], prompt_ids=[1])
    with pytest.raises(ValueError, match="verbatim"):
        encode(
            other,
            [
                {"role": "user", "content": "a"},
                {"role": "assistant", "content": answer},
                {"role": "user", "content": "c"},
            ],
        )
