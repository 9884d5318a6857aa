import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the programs beside this one share: reading the payments before the clock starts, counting what each rule found, several
 * runs of which all but the first `warmUp` count, and one line of JSON with what was measured: of each run the CPU time of the thread
 * that sends the payments, and that of the whole process.
 */
public final class Bench {
  /** Runs a whole recording through a fresh engine. */
  public interface Run {
    void run(Payment[] payments, Found found) throws Exception;
  }

  /** How often each rule fired, and a sum over the times at which it did. */
  public static final class Found {
    private final Map<String, long[]> rules = new TreeMap<>();

    public synchronized void add(String rule, long at) {
      long[] sums = rules.computeIfAbsent(rule, name -> new long[2]);
      sums[0]++;
      sums[1] += at % 1_000_003;
    }

    String json() {
      StringBuilder text = new StringBuilder("{");
      rules.forEach(
          (rule, sums) -> {
            if (text.length() > 1) text.append(',');
            text.append('"').append(rule).append("\":[").append(sums[0]).append(',').append(sums[1]).append(']');
          });
      return text.append('}').toString();
    }
  }

  private Bench() {}

  /** Arguments: the file, runs to warm up, runs that count. */
  public static void main(String[] args, Run run) throws Exception {
    Payment[] payments = read(new File(args[0]));
    int warmUp = Integer.parseInt(args[1]);
    int counted = Integer.parseInt(args[2]);
    StringBuilder threadNanos = new StringBuilder();
    StringBuilder processNanos = new StringBuilder();
    Found found = new Found();
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    for (int i = 0; i < warmUp + counted; i++) {
      found = new Found();
      System.gc();
      long processBefore = cpuNanos();
      long threadBefore = threads.getCurrentThreadCpuTime();
      run.run(payments, found);
      long ofThread = threads.getCurrentThreadCpuTime() - threadBefore;
      long ofProcess = cpuNanos() - processBefore;
      if (i < warmUp) continue;
      if (threadNanos.length() > 0) {
        threadNanos.append(',');
        processNanos.append(',');
      }
      threadNanos.append(ofThread);
      processNanos.append(ofProcess);
    }
    System.out.printf(
        "{\"events\":%d,\"threadNanos\":[%s],\"processNanos\":[%s],\"found\":%s}%n",
        payments.length, threadNanos, processNanos, found.json());
    System.exit(0);
  }

  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static Payment[] read(File file) throws IOException {
    List<Payment> payments = new ArrayList<>();
    Map<String, String> texts = new java.util.HashMap<>();
    try (JsonParser parser = new JsonFactory().createParser(file)) {
      while (parser.nextToken() != null) {
        long ts = 0;
        double amount = 0;
        String user = null;
        String merchant = null;
        String status = null;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          switch (name) {
            case "ts" -> ts = parser.getLongValue();
            case "amount" -> amount = parser.getDoubleValue();
            case "user" -> user = texts.computeIfAbsent(parser.getText(), text -> text);
            case "merchant" -> merchant = texts.computeIfAbsent(parser.getText(), text -> text);
            case "status" -> status = texts.computeIfAbsent(parser.getText(), text -> text);
            default -> {}
          }
        }
        payments.add(new Payment(ts, user, merchant, amount, status));
      }
    }
    return payments.toArray(new Payment[0]);
  }
}
