"""The rules that are built in."""

from decimal import Decimal

from patterns import Step, alert_rows, matches_of

MINUTE_US = 60_000_000
MONEY_MOVES = {"status": {"notIn": ["DECLINED", "REFUNDED"]}}
LARGE = Decimal(1000)


def two_large_payments(recording):
    large = Step("NEXT", lambda event, _: amount(event) > LARGE, 1, False)
    return rule(recording, "two-large-payments", MONEY_MOVES, [large, large], 10 * MINUTE_US, "SKIP_TO_NEXT")


def many_payments(recording):
    any_payment = Step("NEXT", lambda event, _: True, 10, False)
    return rule(recording, "many-payments", None, [any_payment], MINUTE_US, "SKIP_PAST_LAST")


def card_testing(recording):
    small = Step("FOLLOWED_BY", lambda event, _: amount(event) < 2, 3, True)
    big = Step("FOLLOWED_BY", lambda event, _: amount(event) > 500 and moves(event), 1, False)
    return rule(recording, "card-testing", None, [small, big], 60 * MINUTE_US, "SKIP_PAST_LAST")


def two_countries(recording):
    here = Step("FOLLOWED_BY", lambda event, _: True, 1, False)
    there = Step("NEXT", lambda event, so_far: country(event) != country(so_far[0]), 1, False)
    with_country = {"country": {"isNull": False}}
    return rule(recording, "two-countries", with_country, [here, there], 60 * MINUTE_US, "SKIP_TO_NEXT")


def unusual_amount(recording):
    return from_payments(recording, "unusual-amount", MONEY_MOVES, lambda events, _until_us: unusual(events))


def unusual(events):
    for place, event in enumerate(events):
        before = [amount(each) for each in events[:place] if currency(each) == currency(event)]
        # Compared without dividing: 10 times the average is less than the amount.
        if len(before) >= 5 and 10 * sum(before) < amount(event) * len(before):
            yield event.time_us, [event]


def rule(recording, name, where, steps, within_us, after_match):
    return from_payments(
        recording, name, where, lambda events, until_us: matches_of(steps, within_us, after_match, events, until_us)
    )


def from_payments(recording, name, where, find):
    return alert_rows(
        recording,
        name=name,
        topic="transactions",
        where=where,
        key_field="userId",
        lateness_us=0,
        late="SIDE_OUTPUT",
        find=find,
    )


def amount(event):
    return Decimal(event.members["amount"])


def currency(event):
    return event.members["currency"]


def country(event):
    return event.members["country"]


def moves(event):
    return event.members["status"] not in ("DECLINED", "REFUNDED")


RULES = {
    "two-large-payments": two_large_payments,
    "many-payments": many_payments,
    "card-testing": card_testing,
    "two-countries": two_countries,
    "unusual-amount": unusual_amount,
}
