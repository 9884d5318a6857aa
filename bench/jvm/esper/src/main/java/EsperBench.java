import com.espertech.esper.common.client.EPCompiled;
import com.espertech.esper.common.client.configuration.Configuration;
import com.espertech.esper.compiler.client.CompilerArguments;
import com.espertech.esper.compiler.client.EPCompilerProvider;
import com.espertech.esper.runtime.client.EPEventService;
import com.espertech.esper.runtime.client.EPRuntime;
import com.espertech.esper.runtime.client.EPRuntimeProvider;
import com.espertech.esper.runtime.client.EPStatement;
import java.util.LinkedHashMap;
import java.util.Map;

/** The rules in Esper's EPL: a context per user, windows by the time of the events. */
public final class EsperBench {
  private static final String CONTEXT = "create context PerUser partition by user from Payment";

  private static final Map<String, String> WINDOWS = new LinkedHashMap<>();
  private static final Map<String, String> SEQUENCE = new LinkedHashMap<>();

  static {
    WINDOWS.put(
        "velocity", "context PerUser select ts from Payment#ext_timed(ts, 1 hour) having count(*) > 20");
    WINDOWS.put("burst", "context PerUser select ts from Payment#ext_timed(ts, 10 sec) having count(*) >= 5");
    WINDOWS.put(
        "diversity",
        "context PerUser select ts from Payment#ext_timed(ts, 1 hour) having count(distinct merchant) >= 8");
    SEQUENCE.put(
        "retry",
        "context PerUser select b.ts as ts from pattern [every a=Payment(status='declined')"
            + " -> (b=Payment(status='approved', amount > 100) where timer:within(10 min))]");
  }

  private static int runs = 0;

  public static void main(String[] args) throws Exception {
    boolean windows = args[3].equals("windows");
    Bench.main(args, (payments, found) -> run(windows ? WINDOWS : SEQUENCE, payments, found));
  }

  private static void run(Map<String, String> rules, Payment[] payments, Bench.Found found) throws Exception {
    Configuration configuration = new Configuration();
    configuration.getCommon().addEventType(Payment.class);
    configuration.getRuntime().getThreading().setInternalTimerEnabled(false);
    EPRuntime runtime = EPRuntimeProvider.getRuntime("bench-" + runs++, configuration);
    runtime.initialize();
    StringBuilder module = new StringBuilder(CONTEXT).append(";\n");
    rules.forEach(
        (name, text) -> module.append("@name('").append(name).append("') ").append(text).append(";\n"));
    EPCompiled compiled =
        EPCompilerProvider.getCompiler().compile(module.toString(), new CompilerArguments(configuration));
    EPEventService events = runtime.getEventService();
    events.advanceTime(payments[0].getTs());
    for (EPStatement statement : runtime.getDeploymentService().deploy(compiled).getStatements()) {
      String name = statement.getName();
      if (!rules.containsKey(name)) continue;
      statement.addListener(
          (fresh, old, of, in) -> {
            for (var event : fresh) found.add(name, (Long) event.get("ts"));
          });
    }
    boolean timed = rules == SEQUENCE;
    long now = payments[0].getTs();
    for (Payment payment : payments) {
      if (timed && payment.getTs() > now) {
        now = payment.getTs();
        events.advanceTime(now);
      }
      events.sendEventBean(payment, "Payment");
    }
    runtime.destroy();
  }
}
