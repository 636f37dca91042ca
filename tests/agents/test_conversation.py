import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.agents.conversation import encode
from rlvr.agents.templates import Change, HistoryWarning, render, show
from rlvr.agents.tiny import tiny_tokenizer
from rlvr.core import Completion
from tests.chat_templates import TEMPLATES, end, merging, speaking, spell


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


def ask(*texts, role="user"):
    """A question, and what was replied to answers that are to be put in between."""
    return [{"role": "user", "content": texts[0]}, *({"role": role, "content": text} for text in texts[1:])]


def answered(tokenizer, conversation, said, **options):
    """The conversation with an answer that was sampled as these tokens, or as this text's."""
    ids = spell(tokenizer, said) if isinstance(said, str) else said
    stops = options.get("stop_ids") or {tokenizer.eos_token_id}
    shown = tokenizer.decode(ids[:-1] if ids and ids[-1] in stops else ids)
    answer = Completion(shown, token_ids=ids, prompt_ids=encode(tokenizer, conversation, **options))
    return [*conversation, {"role": "assistant", "content": answer}]


def after_answer(name, said, reply="On.", role="user", **options):
    """What is put after an answer, as text."""
    tokenizer = speaking(name)
    conversation = answered(tokenizer, ask("Q"), said, **options)
    answer = conversation[-1]["content"]
    ids = encode(tokenizer, [*conversation, {"role": role, "content": reply}], **options)
    sampled = [*answer.prompt_ids, *answer.token_ids]
    assert ids[: len(sampled)] == sampled
    return text(tokenizer, ids[len(sampled) :])


GOING_ON = "\n<|im_start|>user\nOn.<|im_end|>\n<|im_start|>assistant\n"


@pytest.mark.parametrize(
    "said", ["a<|im_end|>", "a <|im_end|>", "\n<|im_end|>", "<|im_end|>", "<think>a</think>b<|im_end|>"]
)
def test_the_line_break_after_the_end_of_a_turn_is_kept_and_the_end_is_not_doubled(said):
    assert after_answer("chatml", said) == GOING_ON


@pytest.mark.parametrize("said", ["a", "", "<think>", "a\n"])
def test_a_sample_without_an_end_is_ended_by_the_template(said):
    assert after_answer("chatml", said) == "<|im_end|>" + GOING_ON


def test_a_stop_token_stands_in_the_place_of_the_templates_end():
    stops = {speaking("chatml").convert_tokens_to_ids(one) for one in ("<|im_end|>", "<|endoftext|>")}
    assert after_answer("chatml", "a<|endoftext|>", stop_ids=stops) == GOING_ON
    assert after_answer("chatml", "a<|im_end|>", stop_ids=stops) == GOING_ON


def test_a_token_that_ends_no_sample_is_text_like_any_other():
    assert after_answer("chatml", "a<|endoftext|>") == "<|im_end|>" + GOING_ON


def test_white_space_that_a_template_puts_before_its_end_is_not_put_after_a_sampled_one():
    assert after_answer("lines", "a<|im_end|>") == "\n<|im_start|>user\nOn.\n<|im_end|>\n<|im_start|>assistant\n"
    assert after_answer("lines", "a") == "\n<|im_end|>\n<|im_start|>user\nOn.\n<|im_end|>\n<|im_start|>assistant\n"


def test_the_marker_of_the_next_role_is_no_end_of_turn_unless_it_was_sampled():
    tokenizer = speaking("endless")
    stops = {tokenizer.convert_tokens_to_ids(one) for one in ("<|user|>", "<|tool|>", "<|endoftext|>")}
    assert after_answer("endless", "a<|user|>", stop_ids=stops) == "\nOn.<|assistant|>\n"
    assert after_answer("endless", "a<|endoftext|>", stop_ids=stops) == "<|user|>\nOn.<|assistant|>\n"
    assert after_answer("endless", "a<|tool|>", stop_ids=stops) == "<|user|>\nOn.<|assistant|>\n"
    assert after_answer("endless", "a<|tool|>", role="tool", stop_ids=stops) == "\nOn.<|assistant|>\n"


def test_a_stop_token_that_is_quoted_to_the_model_is_no_end_of_its_turn():
    tokenizer = speaking("endless")
    stops = {tokenizer.convert_tokens_to_ids("<|endoftext|>")}
    after = after_answer("endless", "a<|endoftext|>", reply="What is <|endoftext|>?", stop_ids=stops)
    assert after == "<|user|>\nWhat is <|endoftext|>?<|assistant|>\n"


def test_white_space_that_a_template_trims_stays_in_the_history_and_what_follows_is_whole():
    header = "<|start_header|>{}<|end_header|>\n\n"
    with warnings.catch_warnings():
        warnings.simplefilter("error", HistoryWarning)  # White space is not worth one.
        assert (
            after_answer("headers", "\n a \n<|eot|>")
            == f"{header.format('user')}On.<|eot|>{header.format('assistant')}"
        )


def test_a_token_that_a_tokenizer_puts_before_all_is_there_once():
    tokenizer = speaking("headers")
    assert tokenizer.encode("a")[0] == tokenizer.bos_token_id
    ids = encode(tokenizer, [*answered(tokenizer, ask("Q"), "a<|eot|>"), *ask("On.")])
    assert [i for i, token in enumerate(ids) if token == tokenizer.bos_token_id] == [0]


def test_what_a_prompt_opens_an_answer_with_stays_before_that_answer():
    tokenizer = speaking("opening")
    with pytest.warns(HistoryWarning):
        ids = encode(tokenizer, [*answered(tokenizer, ask("Q"), "hm</think>a<|eos|>"), *ask("On.")])
    assert text(tokenizer, ids) == (
        "<|bos|><|user|>Q<|assistant|><think>\nhm</think>a<|eos|><|user|>On.<|assistant|><think>\n"
    )
    ids = encode(tokenizer, [*answered(tokenizer, ask("Q"), "hm</think>a<|eos|>"), *ask("On.")], history="template")
    assert text(tokenizer, ids) == "<|bos|><|user|>Q<|assistant|>a<|eos|><|user|>On.<|assistant|><think>\n"


def test_variables_of_the_template_hold_for_every_turn():
    tokenizer = speaking("thinking")
    options = {"options": {"enable_thinking": False}}
    asked = "<|im_start|>user\n{}<|im_end|>\n<|im_start|>assistant\n"
    empty = "<think>\n\n</think>\n\n"
    conversation = [*answered(tokenizer, ask("Q"), "a<|im_end|>", **options), *ask("On.")]
    with pytest.warns(HistoryWarning):  # The template does not say of earlier answers that nothing was thought.
        ids = encode(tokenizer, conversation, **options)
    assert text(tokenizer, ids) == f"{asked.format('Q')}{empty}a<|im_end|>\n{asked.format('On.')}{empty}"
    ids = encode(tokenizer, conversation, history="template", **options)
    assert text(tokenizer, ids) == f"{asked.format('Q')}a<|im_end|>\n{asked.format('On.')}{empty}"


@pytest.mark.parametrize("role", ["user", "tool"])
def test_an_answer_that_quotes_what_the_glue_is_looked_for_with_changes_nothing(role):
    mark = "\u2063answer\u2063"
    tokenizer = speaking("tiny")
    conversation = [
        *answered(tokenizer, ask("Q"), f"a {mark}<|end|>"),
        {"role": role, "content": f"You said {mark}{mark}!"},
    ]
    expected = encode(tokenizer, conversation)
    tokenizer = tiny_tokenizer()
    # Trimming has the glue looked for by its place.
    tokenizer.chat_template = tokenizer.chat_template.replace("message['content']", "message['content'] | trim")
    conversation[1]["content"] = Completion(f"a {mark} ", token_ids=expected[:9], prompt_ids=[])
    assert text(tokenizer, encode(tokenizer, conversation)[9:]).startswith(f"<|end|><|{role}|>You said ")


def test_plain_text_between_sampled_answers_is_encoded_by_the_template():
    tokenizer = speaking("tiny")
    conversation = [*answered(tokenizer, ask("Q"), "a<|end|>"), *ask("On."), {"role": "assistant", "content": "b"}]
    ids = encode(tokenizer, [*conversation, *ask("And?")])
    assert text(tokenizer, ids) == (
        "<|user|>Q<|end|><|assistant|>a<|end|><|user|>On.<|end|><|assistant|>b<|end|><|user|>And?<|end|><|assistant|>"
    )


def test_a_template_that_refuses_a_role_says_what_to_do():
    with pytest.raises(ValueError, match=r'the roles user, assistant, tool \(Roles must alternate\).*role="user"'):
        after_answer("two", "a<|im_end|>", role="tool")


@pytest.mark.parametrize("history", ["sampled", "template"])
def test_a_template_that_leaves_a_reply_out_is_refused(history):
    assert after_answer("deaf", "a<|im_end|>", history=history) == GOING_ON
    with pytest.raises(ValueError, match=r"leaves out the message of the role 'tool', 'No such file\.'"):
        after_answer("deaf", "a<|im_end|>", reply="No such file.", role="tool", history=history)


def test_a_reply_that_is_left_out_where_the_prompt_is_rendered_anew_is_missed_too():
    tokenizer = tiny_tokenizer()
    trims = tokenizer.chat_template.replace("message['content']", "message['content'] | trim")
    tokenizer.chat_template = trims.replace("in messages", "in messages if message['role'] != 'tool'")
    conversation = answered(tokenizer, ask("Q"), "a <|end|>")
    assert text(tokenizer, encode(tokenizer, [*conversation, *ask("On.")], history="template")).count("a<|end|>") == 1
    with pytest.raises(ValueError, match="leaves out the message of the role 'tool'"):
        encode(tokenizer, [*conversation, {"role": "tool", "content": "No such file."}], history="template")


TEXTS = st.text(st.sampled_from(list("ab .\n<")), max_size=6)
SAID = st.lists(st.sampled_from(["<think>", "</think>", "a", "b", " ", "\n", "<", "again", "."]), max_size=6).map(
    "".join
)
TURNS = st.lists(
    st.tuples(
        SAID,
        st.sampled_from(["ends", "cut", "ends otherwise", "oddly spelled"]),
        st.lists(TEXTS, min_size=1, max_size=2),
        st.sampled_from(["user", "tool"]),
    ),
    min_size=1,
    max_size=4,
)


@pytest.mark.filterwarnings("ignore::rlvr.agents.templates.HistoryWarning")
@pytest.mark.parametrize("make", [speaking, merging])
@given(
    st.sampled_from(sorted(TEMPLATES.keys() - {"two", "deaf"})), TEXTS, TURNS, st.sampled_from(["sampled", "template"])
)
def test_what_was_sampled_stays_and_what_follows_is_the_templates(make, name, question, turns, history):
    tokenizer = make(name)
    stops = {tokenizer.eos_token_id, tokenizer.convert_tokens_to_ids("<|endoftext|>")}
    conversation = ask(question)
    for said, manner, replies, role in turns:
        prompt = encode(tokenizer, conversation, history=history, stop_ids=stops)
        parts = said if manner == "oddly spelled" else [said]
        ids = [token for part in parts for token in spell(tokenizer, part)]
        stop = {"cut": "", "ends otherwise": "<|endoftext|>"}.get(manner, end(name))
        ids = [*ids, *spell(tokenizer, stop)]
        answer = Completion(tokenizer.decode(ids[:-1] if stop else ids), token_ids=ids, prompt_ids=prompt)
        conversation = [*conversation, {"role": "assistant", "content": answer}]
        last = len(conversation) - 1
        conversation += [{"role": role, "content": reply} for reply in replies]

        rewritten = show(tokenizer, conversation, last).change is not Change.NONE
        whole = spell(tokenizer, render(tokenizer, conversation))  # As the template and the tokenizer have it.
        encoded = encode(tokenizer, conversation, history=history, stop_ids=stops)
        if rewritten and history == "template":
            assert encoded == whole
            continue
        assert encoded[: len(prompt) + len(ids)] == [*prompt, *ids]
        if whole[: len(prompt) + len(ids)] == [*prompt, *ids]:
            assert encoded == whole


@given(st.lists(st.tuples(SAID, TEXTS), min_size=1, max_size=3))
def test_delta_by_delta_an_episode_is_the_text_of_its_template(turns):
    tokenizer = speaking("chatml")
    conversation = ask("Q")
    for said, reply in turns:
        conversation = [*answered(tokenizer, conversation, f"{said}<|im_end|>"), *ask(reply)]
    assert encode(tokenizer, conversation) == encode(
        tokenizer, [{**message, "content": str(message["content"])} for message in conversation]
    )
