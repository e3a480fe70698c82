import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** Reads through the SQL door by JDBC, listing what there is as Metabase and DBeaver do, and prints what it found as JSON. */
public class Read {
  public static void main(String[] arguments) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", "default");
    properties.setProperty("password", "");
    try (Connection connection = DriverManager.getConnection("jdbc:clickhouse://" + arguments[0] + "/analytics", properties)) {
      List<String> found = new ArrayList<>();
      found.add(field("driver", text(connection.getMetaData().getDriverVersion())));
      found.add(field("schemas", list(connection.getMetaData().getSchemas(), "TABLE_SCHEM")));
      found.add(field("tables", list(connection.getMetaData().getTables(null, "analytics", "%", null), "TABLE_NAME")));
      found.add(field("columns", list(connection.getMetaData().getColumns(null, "analytics", "transactions_1d", "%"), "COLUMN_NAME")));
      found.add(field("payments", one(connection, "SELECT count() FROM transactions")));
      found.add(field("total", one(connection, "SELECT sum(amountSum) FROM transactions_1d WHERE currency = 'USD'")));
      found.add(field("users", one(connection, "SELECT uniqCombined64Merge(14)(userIdDistinct) FROM transactions_1d")));
      found.add(field("rows", rows(connection)));
      found.add(field("bound", bound(connection)));
      found.add(field("refused", refused(connection)));
      System.out.println("{" + String.join(",", found) + "}");
    }
  }

  private static String one(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return text(rows.getString(1));
    }
  }

  private static String rows(Connection connection) throws SQLException {
    String sql = "SELECT id, amount, currency, country, occurredAt, _late FROM transactions ORDER BY id LIMIT 500";
    int count = 0;
    try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        rows.getBigDecimal("amount");
        rows.getTimestamp("occurredAt");
        rows.getString("country");
        count += 1;
      }
    }
    return text(String.valueOf(count));
  }

  private static String bound(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("SELECT count() FROM transactions WHERE currency = ?")) {
      statement.setString(1, "EUR");
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return text(rows.getString(1));
      }
    }
  }

  private static String refused(Connection connection) throws SQLException {
    try {
      one(connection, "SELECT file('/etc/hostname')");
    } catch (SQLException expected) {
      return text(expected.getMessage());
    }
    throw new SQLException("expected file() to be refused");
  }

  private static String list(ResultSet rows, String column) throws SQLException {
    List<String> names = new ArrayList<>();
    while (rows.next()) names.add(text(rows.getString(column)));
    return "[" + String.join(",", names) + "]";
  }

  private static String field(String name, String json) {
    return text(name) + ":" + json;
  }

  private static String text(String value) {
    return "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
  }
}
