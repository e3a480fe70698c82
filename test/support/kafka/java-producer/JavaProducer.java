import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Apache Kafka's own producer. Arguments: what it does, the brokers, entries of its configuration as name=value. Standard input: a record per
 * line, as {"topic", "partition", "key", "value", "headers"} with bytes in base64 and null for what is left to the producer. Standard output:
 * where each record was stored, as {"partition", "offset"}, in the same order.
 */
public final class JavaProducer {
  private static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] arguments) throws Exception {
    String how = arguments[0];
    try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(configuration(arguments))) {
      boolean transaction = !how.equals("send");
      if (transaction) {
        producer.initTransactions();
        producer.beginTransaction();
      }
      List<RecordMetadata> stored = sendAll(producer);
      switch (how) {
        case "send" -> {}
        case "commit" -> producer.commitTransaction();
        case "abort" -> producer.abortTransaction();
        // The process ends as if it were killed: nobody says what becomes of the transaction.
        case "abandon" -> {}
        default -> throw new IllegalArgumentException("expected send, commit, abort or abandon, got " + how);
      }
      for (RecordMetadata at : stored) {
        System.out.println(JSON.writeValueAsString(Map.of("partition", at.partition(), "offset", "" + at.offset())));
      }
      System.out.flush();
      if (how.equals("abandon")) Runtime.getRuntime().halt(0);
    }
  }

  private static Map<String, Object> configuration(String[] arguments) {
    Map<String, Object> configuration = new java.util.HashMap<>();
    configuration.put("bootstrap.servers", arguments[1]);
    configuration.put("key.serializer", ByteArraySerializer.class);
    configuration.put("value.serializer", ByteArraySerializer.class);
    for (int at = 2; at < arguments.length; at++) {
      String[] entry = arguments[at].split("=", 2);
      configuration.put(entry[0], entry[1]);
    }
    return configuration;
  }

  /** Every record is acknowledged by its broker, whatever becomes of the transaction. */
  private static List<RecordMetadata> sendAll(KafkaProducer<byte[], byte[]> producer) throws Exception {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      sent.add(producer.send(record(JSON.readTree(line))));
    }
    producer.flush();
    List<RecordMetadata> stored = new ArrayList<>();
    for (Future<RecordMetadata> future : sent) stored.add(future.get());
    return stored;
  }

  private static ProducerRecord<byte[], byte[]> record(JsonNode line) throws IOException {
    Integer partition = line.get("partition").isNull() ? null : line.get("partition").intValue();
    var record =
        new ProducerRecord<>(line.get("topic").asText(), partition, line.get("key").binaryValue(), line.get("value").binaryValue());
    for (var header : line.get("headers").properties()) record.headers().add(header.getKey(), header.getValue().binaryValue());
    return record;
  }
}
