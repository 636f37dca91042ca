import pytest

from rlvr.agents.tiny import tiny_tokenizer
from rlvr.core import Completion
from rlvr.wrappers.counting import characters, counter, length, words


def test_sampled_tokens_count_before_any_counter():
    actions = [Completion("a b", token_ids=(1, 2, 3)), "two words"]
    assert length(actions, words) == 3 + 2
    assert length(actions[:1], None) == 3


def test_a_text_without_tokens_needs_a_counter_and_is_told_so():
    with pytest.raises(ValueError, match=r'actually: str .*counter="rlvr\.wrappers\.counting:words"'):
        length(["plain"], None)


def test_counters_have_names():
    assert counter("rlvr.wrappers.counting:characters") is characters
    assert counter("rlvr.wrappers.counting:words") is words
    assert words(" a  b\n") == 2


@pytest.mark.parametrize("name", ["nothing", "no_such_module:f", "rlvr.wrappers.counting:none", "math:pi", ""])
def test_a_name_that_names_no_function_is_refused(name):
    with pytest.raises(ValueError, match="Expected counter to"):
        counter(name)


def test_a_tokenizers_folder_is_a_counter(tmp_path):
    tokenizer = tiny_tokenizer("0123456789+")
    tokenizer.save_pretrained(tmp_path)
    count = counter(str(tmp_path))
    assert count("12+3") == len(tokenizer("12+3", add_special_tokens=False)["input_ids"])
    assert counter(str(tmp_path / "tokenizer.json"))("12+3") == count("12+3")


@pytest.mark.parametrize("name", [3, ["words"], {"a": 1}, None, b"words"])
def test_a_name_that_is_no_text_is_refused(name):
    with pytest.raises(ValueError, match="Expected counter to be a str"):
        counter(name)
