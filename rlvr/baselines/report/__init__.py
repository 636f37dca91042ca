"""A run's report: one HTML file that needs nothing else, from whatever is in the run's folder.

It says first what was learned, then shows the curves, the same held-out tasks answered before and after, how the
optimization went, and the configuration. Runs that are not finished get one too. The same folder gives the same bytes.

- `page`: the page as a whole, `write_report` and `render`.
- `history`: a run's metrics, sorted by what they are about.
- `headline`: the sentence and the table that say what was learned.
- `curves`: which metrics become which chart.
- `charts`, `scales`: charts and numbers of anything.
- `transcripts`: what was answered, escaped.
"""

from rlvr.baselines.report.page import render, write_report

__all__ = ["render", "write_report"]
