import re

import pytest

from rlvr.baselines.report import render, write_report
from rlvr.baselines.run import Run, RunError
from tests.baselines.report.planted_run import (
    Page,
    complete_run,
    log_cold_start,
    log_episode,
    log_evaluation,
    log_steps,
    make_run,
    turn,
)


def captions(html):
    return re.findall(r"<figcaption>(.*?)</figcaption>", html)


@pytest.fixture(scope="module")
def complete(tmp_path_factory):
    return complete_run(tmp_path_factory.mktemp("runs") / "complete")


def test_a_complete_run_is_told_from_the_sentence_to_the_configuration(complete):
    page = Page(render(complete))
    parts = [
        "rlvr/Math-v0",
        "sampled accuracy rose from 0.22 to 0.94",
        "Accuracy, greedy",
        "Held-out accuracy",
        "The same held-out tasks, before and after",
        "before, RL step 0, sampled",
        "after, RL step 20, sampled",
        "Diagnostics",
        "In all: cold start 30.0 s, sampling 5.0 s, learning 10.0 s.",
        "Configuration",
        '"group_size": 8',
    ]
    places = [page.text.index(part) for part in parts]
    assert places == sorted(places)
    assert "not finished" not in page.text
    assert page.tags.count("article") == 6  # Of nine tasks.


def test_every_curve_is_there(complete):
    assert captions(render(complete)) == [
        "Held-out accuracy, ± one standard error",
        "Mean length of an answer",
        "Answers that think",
        "Reward",
        "Verdicts",
        "Cold-start loss",
        "Surprise of the samples",
        "KL from sampler to learner",
        "Clipped tokens",
        "Log-ratio to the sampler, absolute",
        "Gradient norm, before clipping",
        "Groups whose rewards differ: they train",
        "Learning rate",
        "Time",
    ]


def test_the_file_needs_nothing_else_and_runs_nothing(complete):
    page = Page(render(complete))
    assert not {"script", "link", "img", "iframe", "object", "embed", "base", "form", "a"} & {*page.tags}
    names = {name for name, _ in page.attributes}
    assert not {name for name in names if name in ("src", "href", "style") or name.startswith("on")}
    assert "@import" not in page.text and "url(" not in page.text
    policy = [value for name, value in page.attributes if name == "content"]
    assert "default-src 'none'; style-src 'unsafe-inline'" in policy


def test_it_is_made_for_light_dark_paper_and_phones(complete):
    html = render(complete)
    assert "@media (prefers-color-scheme: dark)" in html
    assert "@media print" in html
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in html
    assert html.count('role="img" aria-label="') == len(captions(html))


def test_the_same_folder_gives_the_same_bytes(complete):
    first = write_report(complete).read_bytes()
    assert write_report(Run.open(complete.path)).read_bytes() == first
    assert not list(complete.path.glob("*.tmp"))


def test_what_a_model_wrote_is_shown_and_does_nothing(tmp_path):
    run = make_run(tmp_path / "run")
    nasty = "</pre></style></title><script>alert(1)</script><img src=x onerror=alert(1)>\0\udfff\ud800\r<!--"
    log_episode(
        run, turn(nasty, verdict={"status": "wrong", "score": 0.0, "answer": nasty, "reason": nasty}), task=nasty
    )
    page = Page(write_report(run).read_text(encoding="utf-8"))
    shown = nasty.replace("\0", "␀").replace("\r", "␍").encode("utf-8", "backslashreplace").decode()
    assert page.text.count(shown) == 4
    assert "script" not in page.tags and "img" not in page.tags


def test_a_run_that_has_just_begun_gets_a_report(tmp_path):
    page = Page(render(make_run(tmp_path / "run")))
    assert "Nothing has been evaluated yet." in page.text
    assert "This run is not finished: it stands at cold-start step 0." in page.text
    assert "No held-out answers are logged yet." in page.text
    assert "figure" not in page.tags and "table" not in page.tags


def test_a_run_in_its_cold_start_shows_its_loss(tmp_path):
    run = make_run(tmp_path / "run")
    log_cold_start(run, 7)
    html = render(run)
    assert captions(html) == ["Cold-start loss"]
    assert "it stands at cold-start step 7" in html


def test_an_interrupted_run_shows_what_there_is_and_says_where_it_stands(tmp_path):
    run = make_run(tmp_path / "run", steps=60)
    log_cold_start(run)
    log_evaluation(run, 0, 0.2)
    log_episode(run, turn("x"))
    log_steps(run, last=13)
    log_evaluation(run, 10, 0.6)
    html = render(run)
    assert "This run is not finished: it stands at RL step 13 of 60." in html
    assert "rose from 0.20 to 0.60" in html
    assert "Held-out tasks" in html and "side by side" not in html
    assert 'class="answers columns-1"' in html


@pytest.mark.parametrize("last", ["no evaluation", "no step"])
def test_a_run_without_its_last_evaluation_is_not_finished(tmp_path, last):
    run = make_run(tmp_path / "run", steps=20)
    log_evaluation(run, 0, 0.2)
    if last == "no evaluation":
        log_steps(run)
    assert "not finished" in render(run)


def test_a_run_of_supervised_learning_alone_is_finished(tmp_path):
    run = make_run(tmp_path / "run", steps=0)
    log_cold_start(run)
    log_evaluation(run, 0, 0.2)
    html = render(run)
    assert "not finished" not in html
    assert "there is no other evaluation to compare with" in html


def test_a_run_of_one_step_has_curves(tmp_path):
    run = make_run(tmp_path / "run", steps=1)
    log_steps(run, last=1)
    assert len(captions(render(run))) == 12


def test_reward_terms_are_drawn_beside_their_sum_and_errors_where_there_are_any(tmp_path):
    run = make_run(tmp_path / "run")
    log_steps(run, **{"reward/format": 0.1, "verdict/error": 0.01, "error_episodes": 2.0})
    html = render(run)
    assert "reward, their sum</li>" in html and "format</li>" in html and "error</li>" in html
    assert "Episodes whose verifier failed" in captions(html)


def test_steps_in_which_no_group_trained_have_no_diagnostics_and_do_not_disturb(tmp_path):
    run = make_run(tmp_path / "run")
    log_steps(run, last=10)
    run.log("grpo", 11, {"reward": 1.0, "length": 5.0, "thinking": 0.0, "trained_groups": 0.0, "verdict/correct": 1.0})
    log_steps(run, first=12)
    assert "Clipped tokens" in captions(render(run))


def test_another_algorithm_is_reported_alike(tmp_path):
    run = make_run(tmp_path / "run")
    run.log("ppo", 1, {"reward": 0.5, "value_loss": 0.1})
    assert "it stands at RL step 1 of 60." in render(run)


def test_a_damaged_file_is_named_and_the_old_report_stays(complete, tmp_path):
    run = complete_run(tmp_path / "run")
    before = write_report(run).read_bytes()
    with (run.path / "metrics.jsonl").open("a") as file:
        file.write("{\n")
    with pytest.raises(RunError, match=r"metrics\.jsonl, line \d+"):
        write_report(run)
    assert (run.path / "report.html").read_bytes() == before


def test_a_configuration_of_another_shape_is_shown_as_it_is(tmp_path):
    (tmp_path / "config.json").write_text('{"anything": "</pre><script>"}')
    page = Page(render(Run.open(tmp_path)))
    assert '"anything": "</pre><script>"' in page.text
