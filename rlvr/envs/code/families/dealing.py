"""`dealing`: cards are dealt to hands in chunks, back and forth, until hands are full."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream


def _draw(stream: Stream, level: int) -> Parameters:
    return {
        "players": stream.integer(2, 5) if level == 1 else stream.integer(2, 4),
        "chunk": stream.integer(1, 4),
        "snake": bool(stream.below(2)),
        "front": bool(stream.below(2)),
        "full": 0 if level == 1 else stream.integer(6, 8),
        "growth": 0 if level == 1 else stream.integer(-1, 1),
    }


def _size(level: int) -> int:
    return 4 * 4 * 2 * 2 if level == 1 else 3 * 4 * 2 * 2 * 3 * 3


def _prompt(parameters: Parameters) -> str:
    players, chunk, full, growth = (parameters[name] for name in ("players", "chunk", "full", "growth"))
    order = f"hand 0 takes first and hand {players - 1} last"
    turns = (
        f"In the first round {order}, in the second round the other way round, and so on alternately"
        if parameters["snake"]
        else f"In every round {order}"
    )
    side = "first" if parameters["front"] else "last"
    takes = (
        f"takes the {side} of the cards that are left"
        if chunk == 1
        else f"takes {chunk} cards, or as many as are left, one by one, each time the {side} of those that are left"
    )
    text = (
        f"Deal the list `cards` to {players} hands, numbered from 0, round by round. {turns}. When it is its turn, a "
        f"hand {takes}. "
    )
    if not full:
        return text + "Return the list of the hands, each a list of its cards in the order in which it took them."
    limit = {
        0: f"A hand holds at most {full} cards",
        1: f"Hand `i` holds at most {full} + `i` cards",
        -1: f"Hand `i` holds at most {full} - `i` cards",
    }[growth]
    return (
        f"{text}{limit}: it takes only as many as it has room for, and a full hand takes none. The dealing ends when "
        "no cards are left or all hands are full. Return the list of the hands, each a list of its cards in the order "
        "in which it took them, and after the last hand, as one more element, the list of the cards that are left, in "
        "the order in which they would have been taken."
    )


def deal(
    cards: list[int], *, players: int, chunk: int, snake: bool, front: bool, full: int, growth: int
) -> list[list[int]]:
    """Round by round, until a round deals nothing."""
    rest = cards[:] if front else cards[::-1]
    hands: list[list[int]] = [[] for _ in range(players)]
    at, turn = 0, 0
    while True:
        before = at
        seats = list(range(players))
        if snake and turn % 2:
            seats.reverse()
        for seat in seats:
            room = full + growth * seat - len(hands[seat]) if full else chunk
            taken = rest[at : at + min(chunk, room)]
            hands[seat] += taken
            at += len(taken)
        if at == before:
            break
        turn += 1
    return [*hands, rest[at:]] if full else hands


def deal_again(
    cards: list[int], *, players: int, chunk: int, snake: bool, front: bool, full: int, growth: int
) -> list[list[int]]:
    """The seat of each card is known before a card is dealt."""
    schedule: list[int] = []
    for turn in range(len(cards)):
        for place in range(players):
            seat = players - 1 - place if snake and turn % 2 == 1 else place
            limit = full + growth * seat if full else chunk * len(cards)
            schedule += [seat] * max(0, min(chunk * (turn + 1), limit) - chunk * turn)
    order = [cards[place if front else -place - 1] for place in range(len(cards))]
    dealt = list(zip(schedule, order, strict=False))
    hands = [[card for seat, card in dealt if seat == hand] for hand in range(players)]
    if full:
        hands.append(order[len(schedule) :])
    return hands


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    around = parameters["players"] * (parameters["full"] or 2 * parameters["chunk"])
    most = stream.choice((parameters["players"], around + 4, around + 8))
    return ([stream.integer(1, 60) for _ in range(stream.integer(0, most))],)


def _edges(parameters: Parameters) -> list[Arguments]:
    players, chunk = parameters["players"], parameters["chunk"]
    counts = (0, 1, chunk * players, chunk * players + 1, 2 * chunk * players + 1, 9 * players)
    return [(list(range(1, count + 1)),) for count in counts]


DEALING = Family(
    name="dealing",
    topic="lists",
    levels=("2 to 5 hands, chunks of 1 to 4 cards", "hands of limited size, and what is left"),
    draw=_draw,
    size=_size,
    entry_point="deal",
    signature="cards: list[int]",
    prompt=_prompt,
    solve=deal,
    solve_again=deal_again,
    mutants=(
        ("if snake and turn % 2", "if not snake and turn % 2"),
        ("cards[:] if front else cards[::-1]", "cards[::-1] if front else cards[:]"),
        ("hands[seat] += taken", "hands[seat] = taken"),
        ("hands[seat] += taken", "hands[seat] = taken + hands[seat]"),
        ("seats = list(range(players))", "seats = list(range(1, players))"),
    ),
    inputs=_inputs,
    edges=_edges,
)
