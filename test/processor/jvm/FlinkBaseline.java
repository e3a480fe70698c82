import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
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
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFilterFunction;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ReducingState;
import org.apache.flink.api.common.state.ReducingStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.cep.CEP;
import org.apache.flink.cep.nfa.aftermatch.AfterMatchSkipStrategy;
import org.apache.flink.cep.pattern.Pattern;
import org.apache.flink.cep.pattern.conditions.SimpleCondition;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.OnCheckpointRollingPolicy;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.functions.source.legacy.RichParallelSourceFunction;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.EventTimeSessionWindows;
import org.apache.flink.streaming.api.windowing.triggers.Trigger;
import org.apache.flink.streaming.api.windowing.triggers.TriggerResult;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;

/**
 * Sessions and the fraud pattern in Apache Flink's local cluster: what the measurement of ours is a ratio of. All processors, state on the heap, a
 * checkpoint to disk every 10 s, exactly once, objects reused; sources take turns in the order of time. In two forms:
 *
 *   in-memory      whatever favours Flink: events are parsed before the clock starts, outputs are counted and thrown away
 *   same-promise   as somebody has to run it who wants what ours gives: events are the bytes of their records, in memory when the clock starts, and are
 *                  parsed by the job; an open session is published when it changed, a minute after the last time; outputs are lines of JSON in files,
 *                  each there exactly once
 *
 * Arguments: the file of events (a stored record per line, with `_topic`), a directory for checkpoints and outputs, how many rounds, which form.
 * Standard output: a line of JSON for each round.
 */
public final class FlinkBaseline {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration GAP = Duration.ofMinutes(30);
  private static final Duration WITHIN = Duration.ofMinutes(10);
  private static final Duration DISORDER = Duration.ofSeconds(10);
  private static final Duration CHECKPOINT_EVERY = Duration.ofSeconds(10);

  /** All events, in the order in which they came. The sources are in this process too. */
  private static Event[] events;
  private static byte[][] records;
  private static final AtomicLong firstAtNs = new AtomicLong();

  public static void main(String[] arguments) throws Exception {
    boolean samePromise = arguments[3].equals("same-promise");
    read(Path.of(arguments[0]), samePromise);
    int count = samePromise ? records.length : events.length;
    int parallelism = Runtime.getRuntime().availableProcessors();
    for (int round = 0; round < Integer.parseInt(arguments[2]); round++) {
      firstAtNs.set(0);
      Path directory = Path.of(arguments[1], String.valueOf(round));
      JobExecutionResult result = job(directory, samePromise, parallelism).execute();
      double seconds = (System.nanoTime() - firstAtNs.get()) / 1e9;
      System.out.println(
          JSON.writeValueAsString(
              Map.of(
                  "events", count,
                  "seconds", seconds,
                  "eventsPerSecond", count / seconds,
                  "sessions", (Object) result.getAccumulatorResult("sessions"),
                  "alerts", (Object) result.getAccumulatorResult("alerts"),
                  "parallelism", parallelism)));
    }
  }

  private static StreamExecutionEnvironment job(Path directory, boolean samePromise, int parallelism) {
    Configuration configuration = new Configuration();
    configuration.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, directory.resolve("checkpoints").toUri().toString());
    configuration.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
    var environment = StreamExecutionEnvironment.createLocalEnvironment(parallelism, configuration);
    environment.enableCheckpointing(CHECKPOINT_EVERY.toMillis(), CheckpointingMode.EXACTLY_ONCE);
    environment.getConfig().enableObjectReuse();

    DataStream<Event> read =
        samePromise
            ? environment.addSource(new InTurns<byte[]>() {
                @Override
                byte[][] items() {
                  return records;
                }
              }, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO).map(new Parsed())
            : environment.addSource(new InTurns<Event>() {
                @Override
                Event[] items() {
                  return events;
                }
              }, TypeInformation.of(Event.class));
    DataStream<Event> all =
        read.assignTimestampsAndWatermarks(
            WatermarkStrategy.<Event>forBoundedOutOfOrderness(DISORDER).withTimestampAssigner((event, before) -> event.timeMs));

    var activities = all.filter(event -> event.activity).keyBy(event -> event.userId).window(EventTimeSessionWindows.withGap(GAP));
    if (samePromise) activities = activities.trigger(new ShownEachMinute());
    send(activities.aggregate(new SessionOf(), new SessionLine()), "sessions", samePromise, directory);

    Pattern<Event, ?> twoLarge =
        Pattern.<Event>begin("first", AfterMatchSkipStrategy.skipToNext()).where(LARGE).next("second").where(LARGE).within(WITHIN.plusMillis(1));
    var payments = all.filter(event -> !event.activity && event.counts).keyBy(event -> event.userId);
    var alerts =
        CEP.pattern(payments, twoLarge)
            .select(match -> "{\"events\":[" + match.get("first").get(0).json() + "," + match.get("second").get(0).json() + "]}")
            .returns(String.class);
    send(alerts, "alerts", samePromise, directory);
    return environment;
  }

  private static void send(DataStream<String> lines, String name, boolean samePromise, Path directory) {
    DataStream<String> counted = lines.filter(new Counted(name));
    if (!samePromise) {
      counted.sinkTo(new DiscardingSink<>());
      return;
    }
    var path = new org.apache.flink.core.fs.Path(directory.resolve(name).toUri());
    counted.sinkTo(FileSink.forRowFormat(path, new SimpleStringEncoder<String>()).withRollingPolicy(OnCheckpointRollingPolicy.build()).build());
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

    String json() {
      return "{\"id\":\"" + id + "\",\"userId\":\"" + userId + "\",\"timeMs\":" + timeMs + ",\"amount\":" + amount + "}";
    }
  }

  private static void read(Path file, boolean asBytes) throws Exception {
    List<byte[]> read = new ArrayList<>();
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) read.add(line.getBytes(StandardCharsets.UTF_8));
    }
    if (asBytes) {
      records = read.toArray(new byte[0][]);
      return;
    }
    events = new Event[read.size()];
    for (int at = 0; at < events.length; at++) events[at] = event(STORED.readValue(read.get(at)));
  }

  /** The members that the jobs need; Jackson passes over the others. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public static final class Stored {
    @JsonProperty("_topic") public String topic;
    @JsonProperty("_time") public long timeUs;
    public String id;
    public String userId;
    public String type;
    public String path;
    public String amount;
    public String status;
  }

  private static final ObjectReader STORED = JSON.readerFor(Stored.class);

  private static Event event(Stored stored) {
    Event event = new Event();
    event.activity = stored.topic.equals("activities");
    event.id = stored.id;
    event.userId = stored.userId;
    event.timeMs = stored.timeUs / 1000;
    if (event.activity) {
      event.page = stored.type.equals("PAGE_VIEW") ? stored.path : null;
    } else {
      event.amount = Double.parseDouble(stored.amount);
      event.counts = !stored.status.equals("DECLINED") && !stored.status.equals("REFUNDED");
    }
    return event;
  }

  public static final class Parsed implements MapFunction<byte[], Event> {
    @Override
    public Event map(byte[] record) throws Exception {
      return event(STORED.readValue(record));
    }
  }

  /** Subtask i of n takes every n-th event from the i-th on, so that no subtask is ahead in time and nothing waits for the other's watermark. */
  public abstract static class InTurns<Item> extends RichParallelSourceFunction<Item> implements CheckpointedFunction {
    private volatile boolean running = true;
    private int next;
    private transient ListState<Integer> kept;

    /** In this process too. */
    abstract Item[] items();

    @Override
    public void run(SourceContext<Item> context) {
      Item[] items = items();
      firstAtNs.compareAndSet(0, System.nanoTime());
      int step = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
      int from = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
      for (int at = Math.max(next, from); running && at < items.length; at += step) {
        synchronized (context.getCheckpointLock()) {
          context.collect(items[at]);
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
      StringBuilder line = new StringBuilder(200).append("{\"userId\":\"").append(session.userId);
      line.append("\",\"startMs\":").append(session.startMs).append(",\"endMs\":").append(session.endMs);
      line.append(",\"activities\":").append(session.activities).append(",\"pageViews\":").append(views.length).append(",\"pages\":[");
      String comma = "";
      for (String page : pages) {
        line.append(comma).append('"').append(page).append('"');
        comma = ",";
      }
      return line.append("]").toString();
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

  /** Says whether the session is over. */
  public static final class SessionLine extends ProcessWindowFunction<String, String, String, TimeWindow> {
    @Override
    public void process(String user, Context context, Iterable<String> lines, Collector<String> out) {
      boolean open = context.currentWatermark() < context.window().maxTimestamp();
      out.collect(lines.iterator().next() + (open ? OPEN : ",\"open\":false}"));
    }
  }

  private static final String OPEN = ",\"open\":true}";

  /** When it is over, and before that a minute after it changed and was not shown yet. */
  public static final class ShownEachMinute extends Trigger<Object, TimeWindow> {
    private static final long MINUTE_MS = 60_000;
    private final ReducingStateDescriptor<Long> due = new ReducingStateDescriptor<>("due", Math::min, Long.class);

    @Override
    public TriggerResult onElement(Object element, long timeMs, TimeWindow window, TriggerContext context) throws Exception {
      if (window.maxTimestamp() <= context.getCurrentWatermark()) return TriggerResult.FIRE;
      context.registerEventTimeTimer(window.maxTimestamp());
      ReducingState<Long> next = context.getPartitionedState(due);
      if (next.get() == null) {
        next.add(timeMs + MINUTE_MS);
        context.registerEventTimeTimer(timeMs + MINUTE_MS);
      }
      return TriggerResult.CONTINUE;
    }

    @Override
    public TriggerResult onEventTime(long timeMs, TimeWindow window, TriggerContext context) throws Exception {
      if (timeMs == window.maxTimestamp()) return TriggerResult.FIRE;
      ReducingState<Long> next = context.getPartitionedState(due);
      if (next.get() == null || next.get() != timeMs) return TriggerResult.CONTINUE;
      next.clear();
      // The watermark goes on in leaps: where it has passed the end too, that is what is published.
      return window.maxTimestamp() <= context.getCurrentWatermark() ? TriggerResult.CONTINUE : TriggerResult.FIRE;
    }

    @Override
    public TriggerResult onProcessingTime(long timeMs, TimeWindow window, TriggerContext context) {
      return TriggerResult.CONTINUE;
    }

    @Override
    public boolean canMerge() {
      return true;
    }

    @Override
    public void onMerge(TimeWindow window, OnMergeContext context) throws Exception {
      context.mergePartitionedState(due);
      if (window.maxTimestamp() > context.getCurrentWatermark()) context.registerEventTimeTimer(window.maxTimestamp());
      Long next = context.getPartitionedState(due).get();
      if (next != null) context.registerEventTimeTimer(next);
    }

    @Override
    public void clear(TimeWindow window, TriggerContext context) throws Exception {
      context.deleteEventTimeTimer(window.maxTimestamp());
      ReducingState<Long> next = context.getPartitionedState(due);
      if (next.get() != null) context.deleteEventTimeTimer(next.get());
      next.clear();
    }
  }

  /** Lets everything pass, and counts it but for sessions that are still open. */
  public static final class Counted extends RichFilterFunction<String> {
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
    public boolean filter(String line) {
      if (!line.endsWith(OPEN)) count.add(1L);
      return true;
    }
  }
}
