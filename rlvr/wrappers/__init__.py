"""What else is rewarded or shown: Gymnasium wrappers that work on any environment of this suite.

Terms, which add to the reward and to `info["reward_terms"]` (`base.py` says how, `bounds.py` keeps correctness first):

- `Format`, `TagCount`, `ReasoningSteps`, `Magistral`: the form of an answer;
- `LengthPenalty`, `SoftOverlong`, `Cosine`, `GrowingTarget`: its length;
- `L1Exact`, `L1Max`, `DiscreteTargets`: its length against a target in the prompt;
- `KimiLength`, `ShorterBetter`, `GRPOLambda`, `AroraZanette`, `O1Pruner`, `GroupNormalisedCost`: beside other lengths;
- `Language`, `LanguageAgreement`, `Repetition`: its languages, and what it says twice;
- `ThinkingMode`, `ThinkingBudget`: whether and how long it thinks, as the prompt asks;
- `ClipReward`, `ScaleReward`: what becomes of the sum.

What changes the view or the shape:

- `PromptTemplate`, `FewShot`, `Hint`: the prompt;
- `TurnBudget`, `Curriculum`, `OverlongFilter`: how many turns, which level, what learners leave out;
- `PythonTool`: Python between the answers;
- `RecordEpisodes`: episodes as JSON lines;
- `TextObservation`, `TokenEnv`: observations as text; one token a step.
"""

from __future__ import annotations

if __name__ != "rlvr.wrappers":  # The folder is linked at the repository's root for the eye only.
    raise ImportError(f"Import this package as rlvr.wrappers, not as {__name__}.")

from rlvr.wrappers.base import RewardTerm, report_progress, reward_terms
from rlvr.wrappers.bounds import Bounds, InversionWarning
from rlvr.wrappers.curriculum import Curriculum
from rlvr.wrappers.finished import Finished
from rlvr.wrappers.format import Format, Magistral, ReasoningSteps, TagCount
from rlvr.wrappers.groups import GroupTerm, Member, settle
from rlvr.wrappers.language import Language, LanguageAgreement
from rlvr.wrappers.length import Cosine, GrowingTarget, LengthPenalty, SoftOverlong
from rlvr.wrappers.length_group import (
    AroraZanette,
    GroupNormalisedCost,
    GRPOLambda,
    KimiLength,
    O1Pruner,
    ShorterBetter,
)
from rlvr.wrappers.length_targets import DiscreteTargets, L1Exact, L1Max
from rlvr.wrappers.overlong import OverlongFilter
from rlvr.wrappers.prompts import FewShot, Hint, PromptTemplate
from rlvr.wrappers.python_tool import PythonTool
from rlvr.wrappers.record_episodes import RecordEpisodes
from rlvr.wrappers.repetition import Repetition
from rlvr.wrappers.scaling import ClipReward, ScaleReward
from rlvr.wrappers.text_observation import TextObservation
from rlvr.wrappers.thinking import ThinkingBudget, ThinkingMode
from rlvr.wrappers.token_env import TokenEnv
from rlvr.wrappers.turns import TurnBudget

__all__ = [
    "AroraZanette",
    "Bounds",
    "ClipReward",
    "Cosine",
    "Curriculum",
    "DiscreteTargets",
    "FewShot",
    "Finished",
    "Format",
    "GRPOLambda",
    "GroupNormalisedCost",
    "GroupTerm",
    "GrowingTarget",
    "Hint",
    "InversionWarning",
    "KimiLength",
    "L1Exact",
    "L1Max",
    "Language",
    "LanguageAgreement",
    "LengthPenalty",
    "Magistral",
    "Member",
    "O1Pruner",
    "OverlongFilter",
    "PromptTemplate",
    "PythonTool",
    "ReasoningSteps",
    "RecordEpisodes",
    "Repetition",
    "RewardTerm",
    "ScaleReward",
    "ShorterBetter",
    "SoftOverlong",
    "TagCount",
    "TextObservation",
    "ThinkingBudget",
    "ThinkingMode",
    "TokenEnv",
    "TurnBudget",
    "report_progress",
    "reward_terms",
    "settle",
]
