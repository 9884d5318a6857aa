import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the programs beside this one share: reading the payments before the clock starts, counting what each rule found, several
 * runs of which all but the first `warmUp` count, and one line of JSON with what was measured.
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
    StringBuilder nanos = new StringBuilder();
    Found found = new Found();
    long cpu = 0;
    for (int i = 0; i < warmUp + counted; i++) {
      found = new Found();
      System.gc();
      long cpuBefore = cpuNanos();
      long before = System.nanoTime();
      run.run(payments, found);
      long took = System.nanoTime() - before;
      if (i < warmUp) continue;
      cpu += cpuNanos() - cpuBefore;
      if (nanos.length() > 0) nanos.append(',');
      nanos.append(took);
    }
    System.out.printf(
        "{\"events\":%d,\"nanos\":[%s],\"cpuNanos\":%d,\"found\":%s}%n",
        payments.length, nanos, cpu / counted, found.json());
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
