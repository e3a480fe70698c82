import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFilterFunction;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.cep.CEP;
import org.apache.flink.cep.nfa.aftermatch.AfterMatchSkipStrategy;
import org.apache.flink.cep.pattern.Pattern;
import org.apache.flink.cep.pattern.conditions.SimpleCondition;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.functions.source.legacy.RichParallelSourceFunction;
import org.apache.flink.streaming.api.windowing.assigners.EventTimeSessionWindows;

/**
 * Sessions and the fraud pattern in Apache Flink's local cluster: what the measurement of ours is a ratio of. Everything is chosen in
 * Flink's favour: events are parsed and in memory before the clock starts, its sources take turns in the order of time, state stays on the
 * heap, outputs are counted and thrown away.
 *
 * Arguments: the file of events (a stored record per line, with `_topic`), the directory of checkpoints, how many rounds. Standard output: a
 * line of JSON for each round.
 */
public final class FlinkBaseline {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration GAP = Duration.ofMinutes(30);
  private static final Duration WITHIN = Duration.ofMinutes(10);
  private static final Duration DISORDER = Duration.ofSeconds(10);
  private static final Duration CHECKPOINT_EVERY = Duration.ofSeconds(10);

  /** All events, in the order in which they came. The sources are in this process too. */
  private static Event[] events;
  private static final AtomicLong firstAtNs = new AtomicLong();

  public static void main(String[] arguments) throws Exception {
    events = read(Path.of(arguments[0]));
    int parallelism = Runtime.getRuntime().availableProcessors();
    for (int round = 0; round < Integer.parseInt(arguments[2]); round++) {
      firstAtNs.set(0);
      JobExecutionResult result = job(arguments[1], parallelism).execute();
      double seconds = (System.nanoTime() - firstAtNs.get()) / 1e9;
      System.out.println(
          JSON.writeValueAsString(
              Map.of(
                  "events", events.length,
                  "seconds", seconds,
                  "eventsPerSecond", events.length / seconds,
                  "sessions", (Object) result.getAccumulatorResult("sessions"),
                  "alerts", (Object) result.getAccumulatorResult("alerts"),
                  "parallelism", parallelism)));
    }
  }

  private static StreamExecutionEnvironment job(String checkpoints, int parallelism) {
    Configuration configuration = new Configuration();
    configuration.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, Path.of(checkpoints).toUri().toString());
    configuration.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
    var environment = StreamExecutionEnvironment.createLocalEnvironment(parallelism, configuration);
    environment.enableCheckpointing(CHECKPOINT_EVERY.toMillis(), CheckpointingMode.EXACTLY_ONCE);
    environment.getConfig().enableObjectReuse();

    DataStream<Event> all =
        environment
            .addSource(new InTurns())
            .assignTimestampsAndWatermarks(
                WatermarkStrategy.<Event>forBoundedOutOfOrderness(DISORDER).withTimestampAssigner((event, before) -> event.timeMs));
    all.filter(event -> event.activity)
        .keyBy(event -> event.userId)
        .window(EventTimeSessionWindows.withGap(GAP))
        .aggregate(new SessionOf())
        .filter(new Counted<>("sessions"))
        .sinkTo(new DiscardingSink<>());

    Pattern<Event, ?> twoLarge =
        Pattern.<Event>begin("first", AfterMatchSkipStrategy.skipToNext()).where(LARGE).next("second").where(LARGE).within(WITHIN.plusMillis(1));
    var payments = all.filter(event -> !event.activity && event.counts).keyBy(event -> event.userId);
    CEP.pattern(payments, twoLarge)
        .select(match -> match.get("second").get(0))
        .returns(Event.class)
        .filter(new Counted<>("alerts"))
        .sinkTo(new DiscardingSink<>());
    return environment;
  }

  private static final SimpleCondition<Event> LARGE = SimpleCondition.of(event -> event.amount > 1000);

  public static final class Event {
    public boolean activity;
    public String id;
    public String userId;
    public long timeMs;
    public double amount;
    /** Neither declined nor refunded. */
    public boolean counts;
    /** Null where no page was shown. */
    public String page;
  }

  private static Event[] read(Path file) throws Exception {
    List<Event> read = new ArrayList<>();
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) read.add(event(JSON.readTree(line)));
    }
    return read.toArray(new Event[0]);
  }

  private static Event event(JsonNode stored) {
    Event event = new Event();
    event.activity = stored.get("_topic").asText().equals("activities");
    event.id = stored.get("id").asText();
    event.userId = stored.get("userId").asText();
    event.timeMs = stored.get("_time").asLong() / 1000;
    if (event.activity) {
      event.page = stored.get("type").asText().equals("PAGE_VIEW") ? stored.get("path").asText() : null;
    } else {
      event.amount = stored.get("amount").asDouble();
      event.counts = !List.of("DECLINED", "REFUNDED").contains(stored.get("status").asText());
    }
    return event;
  }

  /** Subtask i of n takes every n-th event from the i-th on, so that no subtask is ahead in time and nothing waits for the other's watermark. */
  public static final class InTurns extends RichParallelSourceFunction<Event> implements CheckpointedFunction {
    private volatile boolean running = true;
    private int next;
    private transient ListState<Integer> kept;

    @Override
    public void run(SourceContext<Event> context) {
      firstAtNs.compareAndSet(0, System.nanoTime());
      int step = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
      int from = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
      for (int at = Math.max(next, from); running && at < events.length; at += step) {
        synchronized (context.getCheckpointLock()) {
          context.collect(events[at]);
          next = at + step;
        }
      }
    }

    @Override
    public void cancel() {
      running = false;
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
      kept.update(List.of(next));
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
      kept = context.getOperatorStateStore().getListState(new ListStateDescriptor<>("next", Integer.class));
      for (Integer restored : kept.get()) next = restored;
    }
  }

  public static final class Session {
    public String userId;
    public long startMs = Long.MAX_VALUE;
    public long endMs = Long.MIN_VALUE;
    public long activities;
    public List<PageView> views = new ArrayList<>();
  }

  public static final class PageView {
    public long timeMs;
    public String id;
    public String page;
  }

  public static final class SessionOf implements AggregateFunction<Event, Session, String> {
    @Override
    public Session createAccumulator() {
      return new Session();
    }

    @Override
    public Session add(Event event, Session session) {
      session.userId = event.userId;
      session.startMs = Math.min(session.startMs, event.timeMs);
      session.endMs = Math.max(session.endMs, event.timeMs);
      session.activities++;
      if (event.page != null) {
        PageView view = new PageView();
        view.timeMs = event.timeMs;
        view.id = event.id;
        view.page = event.page;
        session.views.add(view);
      }
      return session;
    }

    /** Start, end, activities, page views, the distinct pages in the order of the first visit. */
    @Override
    public String getResult(Session session) {
      PageView[] views = session.views.toArray(new PageView[0]);
      Arrays.sort(views, (a, b) -> a.timeMs != b.timeMs ? Long.compare(a.timeMs, b.timeMs) : a.id.compareTo(b.id));
      LinkedHashSet<String> pages = new LinkedHashSet<>();
      for (PageView view : views) pages.add(view.page);
      return session.userId + " " + session.startMs + " " + session.endMs + " " + session.activities + " " + views.length + " " + pages;
    }

    @Override
    public Session merge(Session one, Session other) {
      one.startMs = Math.min(one.startMs, other.startMs);
      one.endMs = Math.max(one.endMs, other.endMs);
      one.activities += other.activities;
      one.views.addAll(other.views);
      return one;
    }
  }

  /** Lets everything pass, and counts it. */
  public static final class Counted<Item> extends RichFilterFunction<Item> {
    private final String name;
    private final LongCounter count = new LongCounter();

    Counted(String name) {
      this.name = name;
    }

    @Override
    public void open(OpenContext context) {
      getRuntimeContext().addAccumulator(name, count);
    }

    @Override
    public boolean filter(Item item) {
      count.add(1L);
      return true;
    }
  }
}
