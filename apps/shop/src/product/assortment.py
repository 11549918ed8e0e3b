"""The assortment that `seed` puts on the shelf: four categories, twelve products."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Article:
    """A product as it comes from the supplier."""

    id: str
    name: str
    category: str
    price_cents: int
    stock: int
    about: str


ASSORTMENT = (
    Article(
        "enamel-mug", "Enamel mug", "kitchen", 1450, 120, "Holds 350 ml, survives the rocks by the lake."
    ),
    Article(
        "copper-kettle",
        "Copper kettle",
        "kitchen",
        8900,
        25,
        "Boils a litre in four minutes, sings when done.",
    ),
    Article(
        "oak-board",
        "Oak board",
        "kitchen",
        4200,
        60,
        "One plank, oiled by hand, with a groove for the juice.",
    ),
    Article(
        "linen-towel",
        "Linen towel",
        "kitchen",
        1800,
        200,
        "Dries a whole dinner for six and shows no streaks.",
    ),
    Article(
        "dot-notebook",
        "Dotted notebook",
        "desk",
        1650,
        300,
        "192 pages that lie flat, numbered, with an index.",
    ),
    Article("brass-pen", "Brass pen", "desk", 5400, 80, "Turned from one bar. Grows darker with the years."),
    Article(
        "desk-tray", "Felt desk tray", "desk", 2900, 70, "A quiet place for keys, clips and the odd coin."
    ),
    Article(
        "arc-lamp", "Arc lamp", "light", 12900, 18, "A warm pool of light, dimmed by a turn of its head."
    ),
    Article(
        "storm-lantern",
        "Storm lantern",
        "light",
        6400,
        40,
        "Burns for twenty hours in any wind that you can stand.",
    ),
    Article(
        "beeswax-candle",
        "Beeswax candle",
        "light",
        1200,
        260,
        "Poured in one piece; smells of the summer it is from.",
    ),
    Article(
        "wool-blanket", "Wool blanket", "outdoors", 9800, 32, "Heavy, fulled, from sheep that have names."
    ),
    Article(
        "day-pack",
        "Canvas day pack",
        "outdoors",
        11200,
        28,
        "Eighteen litres, waxed, mended for as long as we live.",
    ),
)
