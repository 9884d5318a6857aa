/** One payment, as the engines are given it. */
public final class Payment {
  private final long ts;
  private final String user;
  private final String merchant;
  private final double amount;
  private final String status;

  public Payment(long ts, String user, String merchant, double amount, String status) {
    this.ts = ts;
    this.user = user;
    this.merchant = merchant;
    this.amount = amount;
    this.status = status;
  }

  public long getTs() {
    return ts;
  }

  public String getUser() {
    return user;
  }

  public String getMerchant() {
    return merchant;
  }

  public double getAmount() {
    return amount;
  }

  public String getStatus() {
    return status;
  }
}
