const EUROS = new Intl.NumberFormat("en-IE", { style: "currency", currency: "EUR" });

/** An amount in cents, as a price tag shows it. */
export function money(cents: number): string {
  return EUROS.format(cents / 100);
}
