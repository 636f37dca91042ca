import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rlvr.baselines.report.transcripts import markup, pick, transcripts
from tests.baselines.report.planted_run import Page, log_episode, make_run, turn

MOMENTS = {0: "before", 20: "after"}


@pytest.fixture
def run(tmp_path):
    return make_run(tmp_path / "run")


def shown(run, moments=MOMENTS, count=6):
    return transcripts(pick(run.episodes(), count), moments)


@settings(deadline=None)
@given(st.text())
@example("</pre><script>alert(1)</script>")
@example("\x00\x1b[31m\x7f\r")
@example("\ud800 \udfff")
@example("&lt;&amp;&#0;")
@example("\n\n two lines first\t\n")
def test_any_text_becomes_text_and_nothing_else(text):
    html = markup(text)
    html.encode("utf-8")
    page = Page(f"<pre>\n{html}</pre>")
    assert page.tags == ["pre"]
    visible = {code: chr(0x2400 + code) for code in range(32) if chr(code) not in "\n\t"} | {127: "␡"}
    expected = text.translate(visible).encode("utf-8", "backslashreplace").decode()
    assert page.text == "\n" + expected  # A browser drops the newline right after <pre>, and no other.


def test_the_first_tasks_are_picked_with_all_their_answers(run):
    for step in (0, 20):
        for decoding in ("sampled", "greedy"):
            for index in range(5):
                log_episode(run, turn("x"), step=step, decoding=decoding, index=index)
    run.log_episodes([{"phase": "grpo", "step": 1, "episode": 0, "task": "sum/0"}])
    picked = pick(run.episodes(), 2)
    assert [next(iter(answers.values()))["task"] for answers in picked] == ["sum/0", "sum/1"]
    assert all(list(answers) == [("sampled", 0), ("greedy", 0), ("sampled", 20), ("greedy", 20)] for answers in picked)
    assert pick([], 3) == []


def test_before_and_after_stand_side_by_side(run):
    log_episode(run, turn("<answer>3</answer>", "wrong", 0.0))
    log_episode(run, turn("<think>1+1</think><answer>2</answer>"), step=20)
    html = shown(run)
    text = Page(html).text
    assert text.index("before, sampled wrong 3 tokens") < text.index("after, sampled correct 3 tokens")
    assert '<span class="thought">&lt;think&gt;1+1&lt;/think&gt;</span>&lt;answer&gt;2' in html
    assert text.count("1+0=?") == 1  # The question stands above both.
    assert "answer 2 · reward 0 = correct 0" in text
    assert "answer 2 · reward 1.00 = correct 1.00" in text


def test_an_answer_that_was_not_logged_is_said_to_be_missing(run):
    log_episode(run, turn("x"))
    log_episode(run, turn("y"), step=20, decoding="greedy")
    assert "after, sampled: not logged" in Page(shown(run)).text


def test_several_turns_are_shown_in_their_order_with_the_replies_between(run):
    turns = [
        turn("first", "pending", 0.0),
        turn("second", "pending", 0.0, reward_terms={"correct": 0.0, "length": -0.25}, reward=-0.25),
        turn("third", "wrong", 0.0, finish_reason="length"),
    ]
    log_episode(run, *turns, replies=["again", "once more"], opening=[{"role": "system", "content": "Add."}])
    text = Page(shown(run, {0: "before"})).text
    places = [
        text.index(word) for word in ("system", "Add.", "first", "pending", "again", "second", "once more", "third")
    ]
    assert places == sorted(places)
    assert "before, sampled wrong 9 tokens, cut off" in text
    assert "reward −0.250 = correct 0 + length −0.250" in text


def test_long_texts_are_cut_with_a_note(run):
    log_episode(run, turn("a" * 5000 + "b" * 5000))
    text = Page(shown(run)).text
    assert "… 6,000 characters left out; episodes.jsonl has them …" in text
    assert "a" * 3000 in text and "a" * 3001 not in text
    assert "b" * 1000 in text and "b" * 1001 not in text


def test_what_a_verifier_says_is_shown_and_an_error_has_no_answer(run):
    failed = turn("x", "error", 0.0, verdict={"status": "error", "answer": None, "reason": "worker <killed>"})
    log_episode(run, failed)
    text = Page(shown(run, {0: "before"})).text
    assert "error" in text and "worker <killed>" in text and "answer" not in text


def test_names_that_look_like_markup_stay_names(run):
    odd = turn("x", '"><script>', 0.5, reward_terms={"<b>": 0.5})
    log_episode(run, odd, task="<script>", decoding="<i>", opening=[{"role": '<img src="x">', "content": "<p>"}])
    page = Page(shown(run, {0: "<u>"}))
    assert not {"script", "i", "img", "u", "p"} & {*page.tags} - {"p"}
    assert all(name in page.text for name in ("<script>", "<i>", '<img src="x">', "<p>", "<u>", "<b>"))


def test_unknown_statuses_get_the_neutral_colour(run):
    log_episode(run, turn("x", "superb", 0.5))
    assert '<span class="badge c5">superb</span>' in shown(run)
