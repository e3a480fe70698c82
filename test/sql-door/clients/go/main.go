// Reads through the SQL door with clickhouse-go over HTTP, as Grafana's official plugin does, and prints what it found as JSON.
package main

import (
	"database/sql"
	"encoding/json"
	"log"
	"os"

	"github.com/ClickHouse/clickhouse-go/v2"
)

func main() {
	db := clickhouse.OpenDB(&clickhouse.Options{
		Protocol:    clickhouse.HTTP,
		Addr:        []string{os.Args[1]},
		Auth:        clickhouse.Auth{Database: "default", Username: "default"},
		Compression: &clickhouse.Compression{Method: clickhouse.CompressionGZIP},
		Settings:    clickhouse.Settings{"max_execution_time": 30},
	})
	defer db.Close()
	if err := db.Ping(); err != nil {
		log.Fatal("ping: ", err)
	}
	found := map[string]any{
		"tables":   texts(db, "SHOW TABLES FROM analytics"),
		"columns":  texts(db, "SELECT name FROM system.columns WHERE database = 'analytics' AND table = 'transactions_1d' ORDER BY position"),
		"payments": one(db, "SELECT count() FROM transactions"),
		"total":    one(db, "SELECT toString(sum(amountSum)) FROM transactions_1d WHERE currency = 'USD'"),
		"bound":    one(db, "SELECT count() FROM transactions WHERE currency = ?", "EUR"),
		"users":    one(db, "SELECT uniqCombined64Merge(14)(userIdDistinct) FROM transactions_1d"),
		"refused":  refused(db, "SELECT file('/etc/hostname')"),
	}
	if err := json.NewEncoder(os.Stdout).Encode(found); err != nil {
		log.Fatal(err)
	}
}

func texts(db *sql.DB, query string) []string {
	rows, err := db.Query(query)
	if err != nil {
		log.Fatal(query, ": ", err)
	}
	defer rows.Close()
	found := []string{}
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			log.Fatal(query, ": ", err)
		}
		found = append(found, text)
	}
	if err := rows.Err(); err != nil {
		log.Fatal(query, ": ", err)
	}
	return found
}

func one(db *sql.DB, query string, arguments ...any) any {
	var value any
	if err := db.QueryRow(query, arguments...).Scan(&value); err != nil {
		log.Fatal(query, ": ", err)
	}
	return value
}

func refused(db *sql.DB, query string) string {
	var value any
	err := db.QueryRow(query).Scan(&value)
	if err == nil {
		log.Fatal(query, ": was answered")
	}
	return err.Error()
}
