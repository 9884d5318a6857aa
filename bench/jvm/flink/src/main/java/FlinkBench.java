import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.cep.CEP;
import org.apache.flink.cep.functions.PatternProcessFunction;
import org.apache.flink.cep.nfa.aftermatch.AfterMatchSkipStrategy;
import org.apache.flink.cep.pattern.Pattern;
import org.apache.flink.cep.pattern.conditions.SimpleCondition;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;

/** The sequence in Flink CEP, in a local cluster of one slot with state on the heap. */
public final class FlinkBench {
  private static Payment[] payments;
  private static Bench.Found found;

  public static void main(String[] args) throws Exception {
    Bench.main(args, FlinkBench::run);
  }

  private static void run(Payment[] given, Bench.Found into) throws Exception {
    payments = given;
    found = into;
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(1);
    env.getConfig().enableObjectReuse();
    var stream =
        env.fromSource(
                new NumberSequenceSource(0, given.length - 1), WatermarkStrategy.noWatermarks(), "payments")
            .map(i -> payments[i.intValue()])
            .returns(TypeInformation.of(Payment.class))
            .assignTimestampsAndWatermarks(
                WatermarkStrategy.<Payment>forMonotonousTimestamps().withTimestampAssigner((p, old) -> p.getTs()))
            .keyBy(Payment::getUser);
    Pattern<Payment, ?> pattern =
        Pattern.<Payment>begin("a", AfterMatchSkipStrategy.noSkip())
            .where(SimpleCondition.of(p -> p.getStatus().equals("declined")))
            .followedBy("b")
            .where(SimpleCondition.of(p -> p.getStatus().equals("approved") && p.getAmount() > 100))
            .within(Duration.ofMinutes(10));
    CEP.pattern(stream, pattern)
        .process(
            new PatternProcessFunction<Payment, Long>() {
              @Override
              public void processMatch(Map<String, List<Payment>> match, Context context, Collector<Long> out) {
                found.add("retry", match.get("b").get(0).getTs());
              }
            })
        .sinkTo(new DiscardingSink<>());
    env.execute();
  }
}
