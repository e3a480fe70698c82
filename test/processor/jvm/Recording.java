import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Serializable;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The records of a recording (see oracle/recording.ts), and filters over them. Times are microseconds, also where a library says milliseconds. */
final class Recording {
  static final ObjectMapper JSON = new ObjectMapper();

  /** Before there is a watermark. */
  static final long NONE = Long.MIN_VALUE;

  static final class Event implements Serializable {
    public String id;
    public String key;
    public long timeUs;
    /** The one it met. */
    public long watermarkUs;
    /** Of the steps of a pattern, which ones it fits: bit by bit. */
    public long fits;
    public transient JsonNode members;
  }

  /** By partition, in the order of the log, what passes the job's own filter. */
  static Map<Integer, List<Event>> read(Path file, JsonNode job) throws IOException {
    JsonNode source = job.get("source");
    Map<Integer, List<Event>> partitions = new TreeMap<>();
    for (String line : Files.readAllLines(file)) {
      JsonNode recorded = JSON.readTree(line);
      if (!recorded.path("topic").equals(source.get("topic")) || !recorded.get("type").asText().equals("record")) continue;
      JsonNode members = JSON.readTree(recorded.get("record").asText());
      if (!fits(source.get("where"), members)) continue;
      Event event = new Event();
      event.id = members.get("id").asText();
      event.key = members.get(source.get("keyField").asText()).asText();
      event.timeUs = members.get("_time").asLong();
      long watermarkMs = members.get("_watermark").asLong();
      event.watermarkUs = watermarkMs == 0 ? NONE : watermarkMs * 1000;
      event.members = members;
      partitions.computeIfAbsent(recorded.get("partition").asInt(), none -> new ArrayList<>()).add(event);
    }
    return partitions;
  }

  static boolean fits(JsonNode where, JsonNode members) {
    if (where == null || where.isNull()) return true;
    for (Map.Entry<String, JsonNode> entry : where.properties()) {
      if (!fits(entry.getKey(), entry.getValue(), members)) return false;
    }
    return true;
  }

  private static boolean fits(String name, JsonNode what, JsonNode members) {
    switch (name) {
      case "and":
        return count(what, members) == what.size();
      case "or":
        return count(what, members) > 0;
      case "not":
        return !fits(what, members);
      default:
        JsonNode value = members.path(name);
        for (Map.Entry<String, JsonNode> entry : what.properties()) {
          if (!holds(entry.getKey(), value, entry.getValue())) return false;
        }
        return true;
    }
  }

  private static int count(JsonNode trees, JsonNode members) {
    int count = 0;
    for (JsonNode tree : trees) if (fits(tree, members)) count++;
    return count;
  }

  private static boolean holds(String operator, JsonNode value, JsonNode operand) {
    boolean missing = value.isMissingNode() || value.isNull();
    if (operator.equals("isNull")) return missing == operand.asBoolean();
    if (missing) return false;
    switch (operator) {
      case "eq":
        return value.equals(operand);
      case "ne":
        return !value.equals(operand);
      case "in":
        return holdsAny(value, operand);
      case "notIn":
        return !holdsAny(value, operand);
      default:
        int compared = new BigDecimal(value.asText()).compareTo(new BigDecimal(operand.asText()));
        return switch (operator) {
          case "gt" -> compared > 0;
          case "gte" -> compared >= 0;
          case "lt" -> compared < 0;
          case "lte" -> compared <= 0;
          default -> throw new IllegalArgumentException("expected an operator, got " + operator);
        };
    }
  }

  private static boolean holdsAny(JsonNode value, JsonNode operands) {
    for (Iterator<JsonNode> each = operands.elements(); each.hasNext(); ) if (each.next().equals(value)) return true;
    return false;
  }
}
