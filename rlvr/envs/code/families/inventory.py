"""`inventory`: a stock kept from lines of standard input, with limits, and at the second level with what it cost."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_NAMES = ("bolt", "gear", "nail", "pipe", "rope")
_COSTING = {
    "oldest": "that came in first",
    "newest": "that came in last",
    "dearest": "with the highest price",
    "cheapest": "with the lowest price",
}
_ORDERS = {
    "name": "in the order of the alphabet",
    "most": "the largest stock first, equal stocks in the order of the alphabet",
    "fewest": "the smallest stock first, equal stocks in the order of the alphabet",
}


def _draw(stream: Stream, level: int) -> Parameters:
    return {
        "capacity": stream.integer(5, 20),
        "over": stream.choice(("part", "refuse")),
        "short": stream.choice(("part", "refuse")),
        "zeros": bool(stream.below(2)),
        "order": stream.choice(sorted(_ORDERS)),
        "costing": "" if level == 1 else stream.choice(sorted(_COSTING)),
    }


def _size(level: int) -> int:
    return 16 * 2 * 2 * 2 * 3 * (1 if level == 1 else 4)


def _prompt(parameters: Parameters) -> str:
    priced = bool(parameters["costing"])
    over = "only what fits is taken in" if parameters["over"] == "part" else "nothing of it is taken in"
    short = "only what is there is given out" if parameters["short"] == "part" else "nothing is given out"
    text = (
        "Standard input has one event a line, with single spaces between its parts, or nothing at all. "
        + ("`in NAME N P` brings N units of an item at the price P each" if priced else "`in NAME N` brings N units")
        + f", `out NAME N` asks for N units{'' if priced else ' of an item'}; names are lower-case words, and all "
        "numbers are integers of at least 1. Every item starts without stock and can have at most "
        f"{parameters['capacity']} units; if a delivery brings more than fits, {over}. If more is asked for than there "
        f"is, {short}. "
    )
    if priced:
        text += f"Of an item's units, those {_COSTING[parameters['costing']]} are given out first. "
    shown = "every item that a line names" if parameters["zeros"] else "every item with stock left at the end"
    text += f"Print a line for {shown}, {_ORDERS[parameters['order']]}: `NAME STOCK"
    text += " WORTH`, where the worth is the sum of the prices of its units. " if priced else "`. "
    text += "Then print `given N"
    text += (
        " COST`, the number of all units given out and the sum of their prices."
        if priced
        else "`, the number of all units given out."
    )
    return text


def keep_stock(text: str, *, capacity: int, over: str, short: str, zeros: bool, order: str, costing: str) -> str:
    """Lots of an item as pairs of price and quantity."""
    lots: dict[str, list[list[int]]] = {}
    given = cost = 0
    for line in text.splitlines():
        event, name, *numbers = line.split()
        quantity = int(numbers[0])
        stock = lots.setdefault(name, [])
        held = sum(lot[1] for lot in stock)
        if event == "in":
            room = capacity - held
            if quantity > room:
                if over == "refuse":
                    continue
                quantity = room
            stock.append([int(numbers[1]) if costing else 0, quantity])
            continue
        if quantity > held:
            if short == "refuse":
                continue
            quantity = held
        given += quantity
        while quantity:
            at = {
                "newest": len(stock) - 1,
                "dearest": max(range(len(stock)), key=lambda at: stock[at][0]),
                "cheapest": min(range(len(stock)), key=lambda at: stock[at][0]),
            }.get(costing, 0)
            part = min(quantity, stock[at][1])
            cost += part * stock[at][0]
            quantity -= part
            stock[at][1] -= part
            if not stock[at][1]:
                stock.pop(at)
    rows = []
    for name in sorted(lots):
        held = sum(lot[1] for lot in lots[name])
        if held or zeros:
            worth = sum(lot[0] * lot[1] for lot in lots[name])
            rows.append((held, f"{name} {held} {worth}" if costing else f"{name} {held}"))
    if order != "name":
        rows.sort(key=lambda row: row[0], reverse=order == "most")
    rows.append((0, f"given {given} {cost}" if costing else f"given {given}"))
    return "".join(f"{row[1]}\n" for row in rows)


def keep_stock_again(text: str, *, capacity: int, over: str, short: str, zeros: bool, order: str, costing: str) -> str:
    """Every unit is an element of a list, its price; each item is followed through all lines on its own."""
    events = [line.split() for line in text.splitlines()]
    out: list[int] = []
    rows: list[tuple[int, str, str]] = []
    for name in {event[1] for event in events}:
        units: list[int] = []
        for event in events:
            if event[1] != name:
                continue
            price = int(event[3]) if len(event) > 3 else 0
            wanted = [price] * int(event[2])
            if event[0] == "in":
                fits = len(units) + len(wanted) <= capacity
                if fits or over == "part":
                    units = (units + wanted)[:capacity]
            elif len(wanted) <= len(units) or short == "part":
                ranked = list(range(len(units)))
                if costing == "newest":
                    ranked = ranked[::-1]
                elif costing in ("dearest", "cheapest"):
                    ranked.sort(key=units.__getitem__, reverse=costing == "dearest")
                leaving = set(ranked[: len(wanted)])
                out += [units[at] for at in leaving]
                units = [unit for at, unit in enumerate(units) if at not in leaving]
        if units or zeros:
            words = [name, str(len(units))] + [str(sum(units))] * bool(costing)
            rows.append(({"most": -len(units), "fewest": len(units)}.get(order, 0), name, " ".join(words)))
    rows.sort()
    total = ["given", str(len(out))] + [str(sum(out))] * bool(costing)
    return "\n".join([row[2] for row in rows] + [" ".join(total), ""])


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    capacity = parameters["capacity"]
    names = stream.sample(_NAMES, stream.integer(1, 3))
    lines = []
    for _ in range(stream.integer(1, 9)):
        event = "out" if stream.below(3) == 0 else "in"
        line = f"{event} {stream.choice(names)} {stream.integer(1, capacity * 2 // 3 + 1)}"
        if event == "in" and parameters["costing"]:
            line += f" {stream.integer(1, 9)}"
        lines.append(f"{line}\n")
    return ("".join(lines),)


def _edges(parameters: Parameters) -> list[Arguments]:
    capacity = parameters["capacity"]
    price, other = (" 3", " 5") if parameters["costing"] else ("", "")
    return [
        ("",),
        ("out gear 2\n",),
        (f"in gear {capacity}{price}\n",),
        (f"in gear {capacity + 1}{price}\n",),
        (f"in gear {capacity - 1}{price}\nin gear 3{other}\nout gear {capacity - 1}\n",),
        (f"in gear 4{price}\nout gear 4\n",),
        (f"in rope 3{price}\nin bolt 4{other}\nout rope 5\nin gear 4{price}\n",),
        (f"in nail 2{price}\nin nail 2{other}\nin nail 1{price}\nout nail 3\n",),
    ]


INVENTORY = Family(
    name="inventory",
    topic="dictionaries",
    levels=("stocks with limits", "stocks with limits whose units leave in an order of age or price"),
    draw=_draw,
    size=_size,
    entry_point="",
    signature="",
    prompt=_prompt,
    solve=keep_stock,
    solve_again=keep_stock_again,
    mutants=(
        ("capacity - held", "capacity"),
        ('over == "refuse"', 'over != "refuse"'),
        ('short == "refuse"', 'short != "refuse"'),
        ("if held or zeros", "if held or not zeros"),
        ("given += quantity", "given += 1"),
    ),
    inputs=_inputs,
    edges=_edges,
)
