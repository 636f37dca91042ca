"""`durations`: a number of seconds written in days, hours, minutes and seconds of made-up lengths, rounded or cut."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_ROUNDING = {
    "down": "Round down to a multiple of the last unit that is shown",
    "up": "Round up to a multiple of the last unit that is shown",
    "half up": "Round to the nearest multiple of the last unit that is shown, upwards if two are equally near",
    "half even": "Round to the nearest multiple of the last unit that is shown, and if two are equally near, to the "
    "one that is an even number of that unit",
}


def _draw(stream: Stream, level: int) -> Parameters:
    return {
        # The seconds of a minute are an even number, so that halves occur whatever is shown.
        "ratios": [2 * stream.integer(2, 6), stream.integer(4, 13), stream.integer(4, 13)],
        "shown": stream.integer(2, 3),
        "zeros": bool(stream.below(2)),
        "rounding": "down" if level == 1 else stream.choice(("half even", "half up", "up")),
        "padded": level > 1 and bool(stream.below(2)),
    }


def _size(level: int) -> int:
    return 5 * 10 * 10 * 2 * 2 * (1 if level == 1 else 3 * 2)


def _prompt(parameters: Parameters) -> str:
    minute, hour, day = parameters["ratios"]
    hard = parameters["rounding"] != "down"
    text = (
        f"On a planet a minute (m) has {minute} seconds (s), an hour (h) {hour} minutes and a day (d) {day} hours. "
        f"Write a duration of `seconds` seconds{'' if hard else ', which is not negative,'} as text, with the larger "
        "units first and each unit's count as large as possible. Begin with the largest unit that is not longer than "
        f"the duration and show {parameters['shown']} units that follow one another, this one included (fewer if the "
        f"seconds are reached before). {_ROUNDING[parameters['rounding']]}"
    )
    if hard:
        text += (
            "; if that makes a larger unit's count possible, begin with that unit instead and show as many units from "
            "it on as above"
        )
    text += (
        ". Units whose count is 0 are shown too"
        if parameters["zeros"]
        else ". Of these, leave out the units whose count is 0"
    )
    text += ". Each unit is its count and its letter, and units are separated by one space"
    if parameters["padded"]:
        text += "; counts below 10 get a 0 in front, but not the first count of the text"
    text += ', as in "2h 03m". ' if parameters["padded"] else ', as in "2h 3m". '
    text += 'For no seconds at all the text is "0s".'
    if hard:
        text += ' For negative `seconds`, write the duration without its sign in this way and put "-" in front.'
    return text


def format_duration(seconds: int, *, ratios: list[int], shown: int, zeros: bool, rounding: str, padded: bool) -> str:
    """The rounded number is divided by the units' sizes."""
    if seconds == 0:
        return "0s"
    sizes = [1]
    for ratio in ratios:
        sizes.insert(0, sizes[0] * ratio)

    def end(first: int) -> int:
        return min(first + shown, 4)

    value = abs(seconds)
    unit = sizes[end(next(at for at in range(4) if value >= sizes[at])) - 1]
    count, rest = divmod(value, unit)
    if rounding == "up":
        count += rest > 0
    elif rounding != "down":
        count += 2 * rest > unit or (2 * rest == unit and (rounding == "half up" or count % 2 == 1))
    value = count * unit
    first = next(at for at in range(4) if sizes[at] <= value)
    parts: list[str] = []
    for at in range(first, end(first)):
        count, value = divmod(value, sizes[at])
        if count or zeros:
            parts.append(f"{count:02d}{'dhms'[at]}" if padded and parts else f"{count}{'dhms'[at]}")
    return ("-" if seconds < 0 else "") + " ".join(parts)


def format_duration_again(
    seconds: int, *, ratios: list[int], shown: int, zeros: bool, rounding: str, padded: bool
) -> str:
    """Digits of a mixed radix, from the seconds up, rounded by carrying."""
    from fractions import Fraction

    digits = []
    left = abs(seconds)
    for ratio in ratios:
        digits.append(left % ratio)
        left //= ratio
    digits.append(left)
    if not any(digits):
        return "0s"
    top = max(at for at, digit in enumerate(digits) if digit)
    lowest = max(top - shown + 1, 0)
    share = Fraction(0)
    for at in range(lowest):
        share = (share + digits[at]) / ratios[at]
        digits[at] = 0
    # Only the parity of the last digit's whole count matters, and larger units may change it.
    whole = digits[lowest]
    scale = 1
    for at in range(lowest, 3):
        scale *= ratios[at]
        whole += digits[at + 1] * scale
    half = Fraction(1, 2)
    if (
        (rounding == "up" and share > 0)
        or (rounding in ("half up", "half even") and share > half)
        or (rounding == "half up" and share == half)
        or (rounding == "half even" and share == half and whole % 2)
    ):
        digits[lowest] += 1
    for at in range(lowest, 3):
        if digits[at] == ratios[at]:
            digits[at] = 0
            digits[at + 1] += 1
    top = max(at for at, digit in enumerate(digits) if digit)
    text = ""
    for at in range(top, max(top - shown, -1), -1):
        if digits[at] or zeros:
            number = str(digits[at])
            text += (" " + (number.zfill(2) if padded else number) if text else number) + "smhd"[at]
    return "-" + text if seconds < 0 else text


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    minute, hour, day = parameters["ratios"]
    sizes = (1, minute, minute * hour, minute * hour * day)
    # Counts of 0 and counts close to the next unit are common.
    limits = (minute, hour, day, 4)
    seconds = 0
    for at in range(stream.integer(1, 4)):
        limit = limits[at]
        count = (0, limit // 2, limit - 1, stream.below(limit), stream.below(limit))[stream.below(5)]
        seconds += count * sizes[at]
    hard = parameters["rounding"] != "down"
    return (-seconds if hard and stream.below(4) == 0 else seconds,)


def _edges(parameters: Parameters) -> list[Arguments]:
    minute, hour, day = parameters["ratios"]
    sizes = (minute, minute * hour, minute * hour * day)
    numbers = [0, 1, *sizes, *(size - 1 for size in sizes), sizes[2] + 1, sizes[1] + 1, 10 * sizes[2] + sizes[0] // 2]
    if parameters["rounding"] != "down":
        numbers += [
            -1,
            -sizes[1],
            sizes[1] + sizes[0] + minute // 2,
            sizes[1] + minute // 2,
            sizes[2] + sizes[1] + minute // 2,
            sizes[2] + sizes[0] + minute // 2,
            sizes[2] + sizes[1] + sizes[1] // 2,
        ]
    return [(number,) for number in numbers]


DURATIONS = Family(
    name="durations",
    topic="dates",
    levels=("two or three units, cut", "negative durations too, two or three units, rounded with carries"),
    draw=_draw,
    size=_size,
    entry_point="format_duration",
    signature="seconds: int",
    prompt=_prompt,
    solve=format_duration,
    solve_again=format_duration_again,
    mutants=(
        ("sizes[at] <= value", "sizes[at] < value"),
        ('return "0s"', 'return ""'),
        ("if count or zeros", "if count or not zeros"),
        ("min(first + shown, 4)", "min(first + shown + 1, 4)"),
    ),
    inputs=_inputs,
    edges=_edges,
)
