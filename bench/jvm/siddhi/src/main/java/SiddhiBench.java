import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.SiddhiManager;
import io.siddhi.core.event.Event;
import io.siddhi.core.stream.input.InputHandler;
import io.siddhi.core.stream.output.StreamCallback;

/** The rules in SiddhiQL: a partition per user, windows by the time of the events. */
public final class SiddhiBench {
  private static final String STREAM =
      "@app:playback define stream Payments (ts long, user string, merchant string, amount double, status string);\n"
          + "partition with (user of Payments) begin\n";

  private static final String WINDOWS =
      STREAM
          + "from Payments#window.externalTime(ts, 1 hour) select ts, count() as n having n > 20 insert into velocity;\n"
          + "from Payments#window.externalTime(ts, 10 sec) select ts, count() as n having n >= 5 insert into burst;\n"
          + "from Payments#window.externalTime(ts, 1 hour) select ts, distinctCount(merchant) as n having n >= 8"
          + " insert into diversity;\n"
          + "end;";

  private static final String SEQUENCE =
      STREAM
          + "from every a=Payments[status == 'declined'] -> b=Payments[status == 'approved' and amount > 100.0]"
          + " within 10 min select b.ts as ts insert into retry;\n"
          + "end;";

  public static void main(String[] args) throws Exception {
    boolean windows = args[3].equals("windows");
    String[] rules = windows ? new String[] {"velocity", "burst", "diversity"} : new String[] {"retry"};
    Bench.main(args, (payments, found) -> run(windows ? WINDOWS : SEQUENCE, rules, payments, found));
  }

  private static void run(String app, String[] rules, Payment[] payments, Bench.Found found) throws Exception {
    SiddhiManager manager = new SiddhiManager();
    SiddhiAppRuntime runtime = manager.createSiddhiAppRuntime(app);
    for (String rule : rules) {
      runtime.addCallback(
          rule,
          new StreamCallback() {
            @Override
            public void receive(Event[] events) {
              for (Event event : events) found.add(rule, (Long) event.getData(0));
            }
          });
    }
    runtime.start();
    InputHandler input = runtime.getInputHandler("Payments");
    for (Payment p : payments) {
      input.send(p.getTs(), new Object[] {p.getTs(), p.getUser(), p.getMerchant(), p.getAmount(), p.getStatus()});
    }
    runtime.shutdown();
    manager.shutdown();
  }
}
