import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Aggregator;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.SessionWindows;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.Stores;

/**
 * The windows that Kafka Streams makes of recordings, in its test driver. Arguments: a file of jobs with windows, then recordings. Standard output: a
 * line of JSON for each window as it is in the end, with its count and its sums by currency.
 *
 * Each partition of the log goes through a driver of its own. A watermark that lies the disorder behind the newest time is Kafka Streams' stream
 * time with a grace period; where a record met a later one, a record of nobody's moves the stream time there first.
 */
public final class StreamsWindows {
  private static final long DISORDER_US = 10_000_000;
  private static final String NOBODY = "";

  public static void main(String[] arguments) throws Exception {
    JsonNode jobs = Recording.JSON.readTree(Path.of(arguments[0]).toFile());
    for (int at = 1; at < arguments.length; at++) {
      for (JsonNode job : jobs) {
        for (List<Recording.Event> events : Recording.read(Path.of(arguments[at]), job).values()) {
          for (ObjectNode window : windows(job, events)) {
            System.out.println(Recording.JSON.writeValueAsString(window.put("recording", arguments[at])));
          }
        }
      }
    }
  }

  private static Iterable<ObjectNode> windows(JsonNode job, List<Recording.Event> events) throws Exception {
    Map<String, ObjectNode> last = new TreeMap<>();
    try (TopologyTestDriver driver = new TopologyTestDriver(topology(job), properties(), Instant.EPOCH)) {
      TestInputTopic<String, String> in = driver.createInputTopic("in", new StringSerializer(), new StringSerializer());
      TestOutputTopic<String, String> out = driver.createOutputTopic("out", new StringDeserializer(), new StringDeserializer());
      for (Recording.Event event : events) {
        if (event.watermarkUs != Recording.NONE) in.pipeInput(NOBODY, "", event.watermarkUs + DISORDER_US);
        in.pipeInput(event.key, event.members.get("currency").asText() + " " + event.members.get("amount").asText(), event.timeUs);
      }
      for (KeyValue<String, String> update : out.readKeyValuesToList()) {
        if (update.value == null) last.remove(update.key);
        else last.put(update.key, row(job, update));
      }
    }
    return last.values();
  }

  private static Topology topology(JsonNode job) {
    StreamsBuilder builder = new StreamsBuilder();
    KGroupedStream<String, String> byKey =
        builder
            .stream("in", Consumed.with(Serdes.String(), Serdes.String()))
            .groupByKey(Grouped.with(Serdes.String(), Serdes.String()));
    JsonNode window = job.get("shape").get("window");
    KTable<Windowed<String>, String> table = window.get("kind").asText().equals("session") ? sessions(byKey, job, window) : fixed(byKey, job, window);
    table
        .toStream()
        .filter((key, events) -> !key.key().equals(NOBODY))
        .map((key, events) -> KeyValue.pair(key.key() + " " + key.window().start() + " " + key.window().end(), events))
        .to("out", Produced.with(Serdes.String(), Serdes.String()));
    return builder.build();
  }

  /** What a window holds: its events as text, one after the other. */
  private static final Aggregator<String, String, String> ADD = (key, event, events) -> events.isEmpty() ? event : events + "," + event;

  private static KTable<Windowed<String>, String> fixed(KGroupedStream<String, String> byKey, JsonNode job, JsonNode window) {
    Duration size = us(window.get("sizeMs"));
    Duration slide = us(window.has("slideMs") ? window.get("slideMs") : window.get("sizeMs"));
    var windows = TimeWindows.ofSizeAndGrace(size, grace(job)).advanceBy(slide);
    var store = Stores.inMemoryWindowStore("windows", size.plus(grace(job)), size, false);
    return byKey
        .windowedBy(windows)
        .aggregate(() -> "", ADD, Materialized.<String, String>as(store).withKeySerde(Serdes.String()).withValueSerde(Serdes.String()));
  }

  /** Kafka Streams still joins what lies exactly the gap apart. */
  private static KTable<Windowed<String>, String> sessions(KGroupedStream<String, String> byKey, JsonNode job, JsonNode window) {
    Duration gap = us(window.get("gapMs")).minusMillis(1);
    var store = Stores.inMemorySessionStore("sessions", gap.plus(grace(job)));
    return byKey
        .windowedBy(SessionWindows.ofInactivityGapAndGrace(gap, grace(job)))
        .aggregate(
            () -> "",
            ADD,
            (key, one, other) -> one.isEmpty() ? other : other.isEmpty() ? one : one + "," + other,
            Materialized.<String, String>as(store).withKeySerde(Serdes.String()).withValueSerde(Serdes.String()));
  }

  /** For how long after a window's end the newest time may be and a record still come in. */
  private static Duration grace(JsonNode job) {
    boolean corrects = job.get("late").asText().equals("CORRECT");
    return Duration.ofMillis(DISORDER_US).plus(corrects ? us(job.get("allowedLatenessMs")) : Duration.ZERO);
  }

  private static Duration us(JsonNode ms) {
    return Duration.ofMillis(ms.asLong() * 1000);
  }

  private static ObjectNode row(JsonNode job, KeyValue<String, String> update) {
    String[] key = update.key.split(" ");
    boolean session = job.get("shape").get("window").get("kind").asText().equals("session");
    long lastUs = Long.parseLong(key[2]);
    // A session of Kafka Streams ends with its last event.
    long endUs = session ? lastUs + us(job.get("shape").get("window").get("gapMs")).toMillis() : lastUs;
    ObjectNode row = Recording.JSON.createObjectNode();
    row.put("job", job.get("name").asText()).put("key", key[0]).put("startUs", Long.parseLong(key[1])).put("endUs", endUs);
    String[] events = update.value.split(",");
    Map<String, BigDecimal> sums = new TreeMap<>();
    for (String event : events) {
      String[] amount = event.split(" ");
      sums.merge(amount[0], new BigDecimal(amount[1]), BigDecimal::add);
    }
    row.put("count", events.length);
    ObjectNode sum = row.putObject("amountSum");
    for (Iterator<Map.Entry<String, BigDecimal>> each = sums.entrySet().iterator(); each.hasNext(); ) {
      Map.Entry<String, BigDecimal> one = each.next();
      sum.put(one.getKey(), one.getValue().stripTrailingZeros().toPlainString());
    }
    return row;
  }

  private static Properties properties() {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "windows");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, System.getProperty("java.io.tmpdir"));
    return properties;
  }
}
