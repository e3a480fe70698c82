import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.cep.CEP;
import org.apache.flink.cep.EventComparator;
import org.apache.flink.cep.nfa.aftermatch.AfterMatchSkipStrategy;
import org.apache.flink.cep.pattern.Pattern;
import org.apache.flink.cep.pattern.conditions.SimpleCondition;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.functions.source.legacy.SourceFunction;
import org.apache.flink.streaming.api.watermark.Watermark;

/**
 * The matches that Flink CEP finds in recordings. Arguments: a file of jobs with patterns, then recordings. Standard output: a line of JSON for
 * each match, the ids of its events by step.
 *
 * Each partition of the log is a stream of its own, with the watermarks that its records met. Flink leaves the last moment of `within` out,
 * so it is given one more. Where a step may repeat without a bound it is asked for every match: which of them counts is said by us.
 */
public final class FlinkPatterns {
  private static final Queue<String> found = new ConcurrentLinkedQueue<>();

  public static void main(String[] arguments) throws Exception {
    JsonNode jobs = Recording.JSON.readTree(Path.of(arguments[0]).toFile());
    for (int at = 1; at < arguments.length; at++) {
      var environment = StreamExecutionEnvironment.createLocalEnvironment(1);
      for (JsonNode job : jobs) {
        var partitions = Recording.read(Path.of(arguments[at]), job);
        for (List<Recording.Event> events : partitions.values()) match(environment, arguments[at], job, events);
      }
      environment.execute();
    }
    for (String match : found) System.out.println(match);
  }

  private static void match(StreamExecutionEnvironment environment, String recording, JsonNode job, List<Recording.Event> events) {
    JsonNode pattern = job.get("shape").get("pattern");
    for (Recording.Event event : events) event.fits = fits(pattern.get("steps"), event);
    DataStream<Recording.Event> stream =
        environment.addSource(
            new Partition(new ArrayList<>(events), job.get("allowedLatenessMs").asLong() * 1000), "partition", TypeInformation.of(Recording.Event.class));
    CEP.pattern(stream.keyBy(event -> event.key), patternOf(pattern), new ById())
        .inEventTime()
        .select(match -> line(recording, job.get("name").asText(), match))
        .returns(String.class)
        .map(new Keep())
        .sinkTo(new DiscardingSink<>());
  }

  private static long fits(JsonNode steps, Recording.Event event) {
    long bits = 0;
    for (int step = 0; step < steps.size(); step++) {
      if (Recording.fits(steps.get(step).get("where"), event.members)) bits |= 1L << step;
    }
    return bits;
  }

  private static Pattern<Recording.Event, Recording.Event> patternOf(JsonNode data) {
    JsonNode steps = data.get("steps");
    Pattern<Recording.Event, Recording.Event> pattern = null;
    for (int at = 0; at < steps.size(); at++) {
      JsonNode step = steps.get(at);
      String name = step.get("name").asText();
      String contiguity = step.get("contiguity").asText();
      if (pattern == null) pattern = Pattern.begin(name, skip(data));
      else if (contiguity.equals("NEXT")) pattern = pattern.next(name);
      else if (contiguity.equals("FOLLOWED_BY")) pattern = pattern.followedBy(name);
      else pattern = pattern.notFollowedBy(name);
      long bit = 1L << at;
      pattern = pattern.where(SimpleCondition.of(event -> (event.fits & bit) != 0));
      int times = step.get("times").asInt();
      boolean orMore = step.get("orMore").asBoolean();
      if (orMore) pattern = pattern.timesOrMore(times);
      else if (times > 1) pattern = pattern.times(times);
      if ((orMore || times > 1) && contiguity.equals("NEXT")) pattern = pattern.consecutive();
    }
    return pattern.within(Duration.ofMillis(data.get("withinMs").asLong() * 1000 + 1));
  }

  private static AfterMatchSkipStrategy skip(JsonNode data) {
    for (JsonNode step : data.get("steps")) if (step.get("orMore").asBoolean()) return AfterMatchSkipStrategy.noSkip();
    boolean pastLast = data.get("afterMatch").asText().equals("SKIP_PAST_LAST");
    return pastLast ? AfterMatchSkipStrategy.skipPastLastEvent() : AfterMatchSkipStrategy.skipToNext();
  }

  private static String line(String recording, String job, Map<String, List<Recording.Event>> match) throws Exception {
    ObjectNode line = Recording.JSON.createObjectNode().put("recording", recording).put("job", job);
    var steps = line.putArray("steps");
    for (List<Recording.Event> events : match.values()) {
      line.put("key", events.get(0).key);
      var ids = steps.addArray();
      for (Recording.Event event : events) ids.add(event.id);
    }
    return Recording.JSON.writeValueAsString(line);
  }

  /** Before each record the watermark that it met, less the allowed lateness: less than that is late to us, that or less is late to Flink. */
  public static final class Partition implements SourceFunction<Recording.Event> {
    private final List<Recording.Event> events;
    private final long latenessUs;

    Partition(List<Recording.Event> events, long latenessUs) {
      this.events = events;
      this.latenessUs = latenessUs;
    }

    @Override
    public void run(SourceContext<Recording.Event> context) {
      for (Recording.Event event : events) {
        if (event.watermarkUs != Recording.NONE) {
          context.emitWatermark(new Watermark(event.watermarkUs - latenessUs - 1));
        }
        context.collectWithTimestamp(event, event.timeUs);
      }
    }

    @Override
    public void cancel() {}
  }

  public static final class ById implements EventComparator<Recording.Event> {
    @Override
    public int compare(Recording.Event one, Recording.Event other) {
      return one.id.compareTo(other.id);
    }
  }

  /** The cluster is in this process. */
  public static final class Keep implements MapFunction<String, String> {
    @Override
    public String map(String match) {
      found.add(match);
      return match;
    }
  }
}
