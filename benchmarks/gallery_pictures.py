"""What the gallery shows of each wrapper.

- `PICTURES`: by name, a `Picture` to draw or a text to show.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from benchmarks.gallery_figures import (
    FORMAT_TEXTS,
    HALF_RIGHT,
    MAGISTRAL_TEXTS,
    MOSTLY_RIGHT,
    PRESETS,
    STEP_TEXTS,
    TAG_TEXTS,
    THINKING_TEXTS,
    Panel,
    by_episode,
    by_group,
    by_language,
    by_length,
    by_repetition,
    by_total,
    over_texts,
    targets,
)
from benchmarks.gallery_texts import (
    opening,
    overlong_filter,
    python_tool,
    record_episodes,
    text_observation,
    token_env,
    turn_budget,
)


@dataclass(frozen=True)
class Picture:
    """A drawing, and what to know about it."""

    caption: str
    panels: Callable[[], list[Panel]]
    texts: dict[str, str] = field(default_factory=dict)
    """The example texts of bars, by name."""


@dataclass(frozen=True)
class Shown:
    """A text in place of a drawing."""

    caption: str
    text: Callable[[], str]


FEW_SHOT = "The examples are two tasks of the training split, with the environment's own solutions."
TOLD_TARGETS = "One curve for each target that the prompt may ask for."

PICTURES: dict[str, Picture | Shown] = {
    "Format": Picture(
        'The grammar is `r1`. A gate needs `allow_inversion=True` or `preset="paper"`: see the right answers.',
        lambda: over_texts(
            "Format",
            FORMAT_TEXTS,
            {
                'how="bonus"': {},
                'how="penalty"': {"how": "penalty"},
                'how="gate"': {"how": "gate", "allow_inversion": True},
            },
        ),
        FORMAT_TEXTS,
    ),
    "TagCount": Picture("", lambda: over_texts("TagCount", TAG_TEXTS, PRESETS), TAG_TEXTS),
    "ReasoningSteps": Picture("", lambda: over_texts("ReasoningSteps", STEP_TEXTS, PRESETS), STEP_TEXTS),
    "Magistral": Picture("", lambda: over_texts("Magistral", MAGISTRAL_TEXTS, PRESETS), MAGISTRAL_TEXTS),
    "LengthPenalty": Picture("", lambda: by_length("LengthPenalty", 6000)),
    "SoftOverlong": Picture("", lambda: by_length("SoftOverlong", 24000)),
    "Cosine": Picture("", lambda: by_length("Cosine", 18000)),
    "GrowingTarget": Picture(
        "",
        lambda: by_length(
            "GrowingTarget",
            20000,
            {"progress 0": {}, "progress 0.5": {}, "progress 1": {}},
            moved={"progress 0": 0.0, "progress 0.5": 0.5, "progress 1": 1.0},
        ),
    ),
    "L1Exact": Picture(TOLD_TARGETS, lambda: by_length("L1Exact", 6000, targets(500, 2000, 4000))),
    "L1Max": Picture(TOLD_TARGETS, lambda: by_length("L1Max", 6000, targets(500, 2000, 4000))),
    "DiscreteTargets": Picture(
        TOLD_TARGETS, lambda: by_length("DiscreteTargets", 12000, targets(2000, 6000, 10000, name="lengths"))
    ),
    "KimiLength": Picture("A group of 12, 9 of them right.", lambda: by_group("KimiLength", {"": MOSTLY_RIGHT})),
    "ShorterBetter": Picture(
        'A group of 12, 9 of them right. With `preset="paper"` right answers are worth 2.',
        lambda: by_group("ShorterBetter", {"": MOSTLY_RIGHT}),
    ),
    "GRPOLambda": Picture(
        "Two groups of 12: one is mostly right, one is not.",
        lambda: by_group("GRPOLambda", {"9 of 12 right": MOSTLY_RIGHT, "6 of 12 right": HALF_RIGHT}),
    ),
    "AroraZanette": Picture("A group of 12, 9 of them right.", lambda: by_group("AroraZanette", {"": MOSTLY_RIGHT})),
    "O1Pruner": Picture(
        "",
        lambda: by_length(
            "O1Pruner",
            6000,
            {
                "reference 2,000": {"reference_length": 2000},
                "reference 4,000": {"reference_length": 4000},
            },
        ),
    ),
    "GroupNormalisedCost": Picture(
        "Two groups of 12: the better it does, the more length costs.",
        lambda: by_group("GroupNormalisedCost", {"9 of 12 right": MOSTLY_RIGHT, "6 of 12 right": HALF_RIGHT}),
    ),
    "Language": Picture(
        '`target="en"`; the thoughts are in English and, for the rest, in Russian.', lambda: by_language("Language")
    ),
    "LanguageAgreement": Picture(
        "Question and answer are in English; the thoughts are so in part, and in Russian for the rest.",
        lambda: by_language("LanguageAgreement"),
    ),
    "Repetition": Picture("2,000 tokens, of which the last share goes round in a loop of 100.", by_repetition),
    "ThinkingMode": Picture(
        "`weight=0.1`; by default it is 0 and nothing but the prompt changes.",
        lambda: over_texts(
            "ThinkingMode",
            THINKING_TEXTS,
            {"told to think": {"on_share": 1.0, "weight": 0.1}, "told not to": {"on_share": 0.0, "weight": 0.1}},
        ),
        THINKING_TEXTS,
    ),
    "ThinkingBudget": Picture(
        "`weight=0.1`; by default it is 0 and nothing but the prompt changes. One curve for each budget.",
        lambda: by_length(
            "ThinkingBudget",
            6000,
            {f"budget {one:,}": {"budgets": [one]} for one in (512, 1024, 2048)},
            xlabel="length of the thoughts, tokens",
            weight=0.1,
        ),
    ),
    "ClipReward": Picture(
        "",
        lambda: by_total("ClipReward", {"low=0, high=1": {}, "low=-0.5, high=1.5": {"low": -0.5, "high": 1.5}}),
    ),
    "ScaleReward": Picture("", lambda: by_total("ScaleReward", {"factor=0.5": {}, "factor=2": {"factor": 2.0}})),
    "PromptTemplate": Shown(
        'With `user="Compute: {question}"` and `system="You add numbers."`',
        partial(opening, "PromptTemplate", user="Compute: {question}", system="You add numbers."),
    ),
    "FewShot": Shown(f"With `k=2`. {FEW_SHOT}", partial(opening, "FewShot", k=2)),
    "Hint": Shown('With `text="Mind the carry."`', partial(opening, "Hint", text="Mind the carry.")),
    "TurnBudget": Shown("With `turns=2` around an environment of five turns.", turn_budget),
    "Curriculum": Picture(
        "A made-up learner of four levels that gets better, is set back half way, and gets better again.", by_episode
    ),
    "OverlongFilter": Shown("", overlong_filter),
    "PythonTool": Shown("An episode of two messages.", python_tool),
    "RecordEpisodes": Shown("A line of the file, broken here at its keys.", record_episodes),
    "TextObservation": Shown("", text_observation),
    "TokenEnv": Shown(
        'With `tokenizer="tiny:0123456789+=?"`, `max_tokens=3` and `context=12`; 24 is no token.', token_env
    ),
}
