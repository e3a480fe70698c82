"""A chart from the SQL door, with SQLAlchemy and matplotlib: what was captured in each hour, and what a payment was like.

    pip install -r requirements.txt
    python chart.py clickhousedb://default:@127.0.0.1:8123/analytics payments.png
"""

import sys
from collections import defaultdict

import matplotlib

matplotlib.use("Agg")

import matplotlib.dates as dates
import matplotlib.pyplot as plot
from matplotlib.ticker import FuncFormatter
from sqlalchemy import MetaData, Table, create_engine, func, select, text

CURRENCY = "EUR"
CATEGORIES_SHOWN = 4
INK, MUTED, GRID = "#1c2430", "#66707d", "#e4e8ed"
COLOURS = ["#1f4e79", "#3b82a0", "#7db5b0", "#e0a458", "#c9ced6"]
# Words in a light colour are darker than their area.
READABLE = {"#7db5b0": "#3f827c", "#e0a458": "#a8661a"}


def hourly_revenue(connection, table):
    """Additive columns add up: revenue by hour and category, of one currency. The rest of the categories is shown as one."""
    question = (
        select(table.c.start, table.c.category, func.sum(table.c.revenue).label("revenue"))
        .where(table.c.currency == CURRENCY)
        .group_by(table.c.start, table.c.category)
        .order_by(table.c.start)
    )
    by_category = defaultdict(dict)
    for start, category, revenue in connection.execute(question):
        by_category[category][start] = float(revenue)
    # The first hour and the last are not whole, and would look like a fall.
    hours = sorted({hour for series in by_category.values() for hour in series})[1:-1]
    ranked = sorted(by_category, key=lambda category: -sum(by_category[category].values()))
    shown, rest = ranked[:CATEGORIES_SHOWN], ranked[CATEGORIES_SHOWN:]
    series = [(category, [by_category[category].get(hour, 0) for hour in hours]) for category in shown]
    if rest:
        series.append(("others", [sum(by_category[category].get(hour, 0) for category in rest) for hour in hours]))
    return hours, series


def hourly_sizes(connection):
    """States are merged: quantiles of the payments of each hour from those of its categories, countries and statuses."""
    question = text(
        """
        SELECT start, quantilesBFloat16Merge(0.5, 0.9, 0.95, 0.99)(amountQuantiles) AS sizes,
               uniqCombined64Merge(14)(userIdDistinct) AS users
        FROM transactions_1h WHERE currency = :currency GROUP BY start ORDER BY start
        """
    )
    rows = connection.execute(question, {"currency": CURRENCY}).all()[1:-1]
    return [row.start for row in rows], [row.sizes[0] for row in rows], [row.sizes[2] for row in rows], [row.users for row in rows]


def draw(hours, series, size_hours, median, p95, users, path):
    plot.rcParams.update({"font.family": "DejaVu Sans", "font.size": 10, "text.color": INK, "axes.edgecolor": GRID})
    figure, (revenue, size) = plot.subplots(2, 1, figsize=(10, 6.6), sharex=True, height_ratios=[3, 2])
    figure.subplots_adjust(left=0.085, right=0.86, top=0.85, bottom=0.07, hspace=0.32)
    figure.text(0.02, 0.955, f"Captured payments, hour by hour, in {CURRENCY}", fontsize=15, weight="bold")
    figure.text(0.02, 0.918, "Generated payments, read from analytics.transactions_1h through the SQL door. Hours in UTC.", color=MUTED)

    revenue.stackplot(hours, [values for _, values in series], colors=COLOURS, linewidth=0)
    label_stack(revenue, series)
    revenue.set_title("Revenue by category", loc="left", fontsize=10.5, weight="bold", color=INK, pad=8)
    revenue.yaxis.set_major_formatter(FuncFormatter(thousands))

    size.plot(size_hours, p95, color=COLOURS[3], linewidth=1.8)
    size.plot(size_hours, median, color=COLOURS[0], linewidth=1.8)
    label(size, p95[-1], "19 of 20 are\nsmaller", COLOURS[3])
    label(size, median[-1], "half are\nsmaller", COLOURS[0])
    size.set_title(f"Size of a payment (about {sum(users) / len(users):,.0f} users pay in an hour)", loc="left", fontsize=10.5, weight="bold", pad=8)
    size.yaxis.set_major_formatter(FuncFormatter(thousands))

    for axes in (revenue, size):
        axes.set_ylim(bottom=0)
        axes.set_xlim(hours[0], hours[-1])
        axes.grid(axis="y", color=GRID, linewidth=0.8)
        axes.set_axisbelow(True)
        axes.tick_params(length=0, colors=MUTED)
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
    size.xaxis.set_major_locator(dates.AutoDateLocator(minticks=4, maxticks=9))
    size.xaxis.set_major_formatter(dates.ConciseDateFormatter(size.xaxis.get_major_locator()))
    figure.savefig(path, dpi=160)


def label_stack(axes, series):
    """Names beside the areas they mean instead of a legend to look up, at least a line apart."""
    low, floor = 0, 0
    line = axes.get_ylim()[1] * 0.07
    for (name, values), colour in zip(series, COLOURS):
        height = max(low + values[-1] / 2, floor)
        low, floor = low + values[-1], height + line
        # The lightest colour is that of what is not told apart: its name is in the colour of notes.
        label(axes, height, name, MUTED if name == "others" else colour)


def label(axes, height, name, colour):
    axes.annotate(name, (1.012, height), xycoords=("axes fraction", "data"), va="center", color=READABLE.get(colour, colour))


def thousands(value, _position):
    return f"{value:,.0f}"


def main(url, path):
    engine = create_engine(url)
    table = Table("transactions_1h", MetaData(), autoload_with=engine)
    with engine.connect() as connection:
        hours, series = hourly_revenue(connection, table)
        draw(hours, series, *hourly_sizes(connection), path)
    print(f"{path}: {len(hours)} hours")


if __name__ == "__main__":
    main(*sys.argv[1:])
