"""Reads through the SQL door with clickhouse-connect, and by SQLAlchemy's reflection as Superset does; prints what it found as JSON."""

import json
import sys

import clickhouse_connect
from sqlalchemy import MetaData, Table, create_engine, func, inspect, select, text

host, port = sys.argv[1].split(":")


def by_clickhouse_connect():
    client = clickhouse_connect.get_client(host=host, port=int(port), username="default", password="")
    bound = client.query("SELECT count() FROM transactions WHERE currency = {currency:String}", parameters={"currency": "EUR"})
    rows = client.query("SELECT id, amount, currency, country, occurredAt, _late FROM transactions ORDER BY id LIMIT 500")
    return {
        "payments": client.command("SELECT count() FROM transactions"),
        "bound": bound.result_rows[0][0],
        "rows": len(rows.result_rows),
        "amount": str(rows.result_rows[0][1]),
        "users": client.query("SELECT uniqCombined64Merge(14)(userIdDistinct) FROM transactions_1d").result_rows[0][0],
        "refused": refused(lambda: client.command("SELECT file('/etc/hostname')")),
        "insert": refused(lambda: client.insert("transactions", [["x"]], column_names=["id"])),
    }


def by_sqlalchemy():
    engine = create_engine(f"clickhousedb://default:@{host}:{port}/analytics")
    inspector = inspect(engine)
    table = Table("transactions_1d", MetaData(), autoload_with=engine)
    with engine.connect() as connection:
        total = select(table.c.currency, func.sum(table.c.amountSum)).group_by(table.c.currency).order_by(table.c.currency)
        return {
            "schemas": inspector.get_schema_names(),
            "tables": inspector.get_table_names("analytics"),
            "columns": [column.name for column in table.columns],
            "totals": [[currency, str(amount)] for currency, amount in connection.execute(total)],
            "one": connection.execute(text("SELECT 1")).scalar(),
        }


def refused(action):
    try:
        action()
    except Exception as error:
        return str(error)
    raise SystemExit("expected to be refused")


print(json.dumps({"connect": by_clickhouse_connect(), "sqlalchemy": by_sqlalchemy()}))
