import pytest

from rlvr.baselines.report.headline import sentence, table
from rlvr.baselines.report.history import History
from tests.baselines.report.planted_run import Page, log_evaluation, make_run


@pytest.fixture
def run(tmp_path):
    return make_run(tmp_path / "run")


def history(run):
    return History(run.config(), run.metrics())


def test_what_rose_is_said_to_have_risen(run):
    log_evaluation(run, 0, 0.22, length=13.4)
    log_evaluation(run, 0, 0.004, decoding="greedy")
    log_evaluation(run, 20, 0.94, length=33.4)
    log_evaluation(run, 20, 0.99, decoding="greedy")
    assert sentence(history(run)) == (
        "On 256 held-out tasks, sampled accuracy rose from 0.22 to 0.94 and mean length rose from 13 to 33 tokens "
        "in 20 RL steps; greedy accuracy rose from 0.00 to 0.99."
    )


def test_what_fell_is_said_to_have_fallen(run):
    log_evaluation(run, 0, 0.5, length=33.4)
    log_evaluation(run, 20, 0.25, length=13.4)
    assert "accuracy fell from 0.50 to 0.25 and mean length fell from 33 to 13 tokens" in sentence(history(run))


def test_what_stayed_to_the_decimals_shown_is_said_to_have_stayed(run):
    log_evaluation(run, 0, 0.501, length=13.1)
    log_evaluation(run, 20, 0.499, length=12.9)
    assert "accuracy stayed at 0.50 and mean length stayed at 13 tokens" in sentence(history(run))


@pytest.mark.parametrize(("after", "doubtful"), [(0.53, True), (0.47, True), (0.60, False), (0.40, False)])
def test_a_change_that_may_be_chance_is_said_to_be_small(run, after, doubtful):
    log_evaluation(run, 0, 0.5, error=0.03)
    log_evaluation(run, 20, after, error=0.03)
    expected = "The change in sampled accuracy is less than two standard errors, 0.08."
    assert (expected in sentence(history(run))) == doubtful


def test_evaluations_in_between_do_not_count(run):
    for step, accuracy in ((0, 0.2), (10, 0.9), (20, 0.3)):
        log_evaluation(run, step, accuracy)
    assert "rose from 0.20 to 0.30" in sentence(history(run))


def test_one_evaluation_is_not_compared_with_itself(run):
    log_evaluation(run, 0, 0.22)
    assert sentence(history(run)) == (
        "On 256 held-out tasks, at RL step 0, sampled accuracy is 0.22 and mean length 13 tokens; there is no other "
        "evaluation to compare with."
    )
    assert "change" not in table(history(run)) and "after" not in table(history(run))


def test_without_evaluations_nothing_is_claimed(run):
    assert sentence(history(run)) == "Nothing has been evaluated yet."
    assert table(history(run)) == ""


def test_a_decoding_that_is_missing_at_the_end_is_not_compared(run):
    log_evaluation(run, 0, 0.2)
    log_evaluation(run, 0, 0.1, decoding="greedy")
    log_evaluation(run, 20, 0.9)
    assert "greedy" not in sentence(history(run))
    assert "Accuracy, greedy 0.100 ± 0.020 – –" in rows(run)


def test_greedy_alone_is_reported(run):
    log_evaluation(run, 0, 0.2, decoding="greedy")
    log_evaluation(run, 20, 0.9, decoding="greedy")
    assert "greedy accuracy rose from 0.20 to 0.90" in sentence(history(run))


def rows(run):
    html = table(history(run)).replace("</td>", " </td>").replace("</th>", " </th>").replace("</tr>", "\n</tr>")
    return [" ".join(line.split()) for line in Page(html).text.splitlines()]


def test_the_table_gives_both_numbers_their_error_and_the_change(run):
    log_evaluation(run, 0, 0.2207, length=1013.0, error=0.0259, thinking=0.246)
    log_evaluation(run, 20, 0.9, length=13.25, error=0.01875, thinking=0.98)
    lines = rows(run)
    assert lines[0].endswith("before RL step 0 after RL step 20 change")
    assert lines[1:] == [
        "Accuracy, sampled 0.221 ± 0.026 0.900 ± 0.019 +0.679",
        "Mean length, tokens, sampled 1,013.0 13.2 −999.8",
        "Share that thinks, sampled 0.25 0.98 +0.73",
        "Training so far, seconds 30.0 50.0 +20.0",
        "",
    ]
