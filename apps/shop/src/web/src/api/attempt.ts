/**
 * One attempt to buy. However often the customer presses the button, and whatever answer got lost, the same
 * purchase goes out under the same key and with the same card token, so that the shop can tell that it is one.
 */

import { api, type Card, type Checkout, type Order } from "./client";

export type Purchase = Omit<Checkout, "payment_method">;

export class Attempt {
  private card = "";
  private method = "";
  private purchase = "";
  private key = "";

  async buy(card: Card, purchase: Purchase): Promise<Order> {
    const body = { ...purchase, payment_method: await this.token(card) };
    const order = await api.placeOrder(body, this.keyFor(JSON.stringify(body)));
    this.purchase = ""; // it has an order now: buying the same again is another purchase
    return order;
  }

  private async token(card: Card): Promise<string> {
    const print = JSON.stringify(card);
    if (this.card !== print) {
      this.method = (await api.addCard(card)).id;
      this.card = print;
    }
    return this.method;
  }

  private keyFor(print: string): string {
    if (this.purchase !== print) {
      this.purchase = print;
      this.key = randomKey();
    }
    return this.key;
  }
}

/** 128 random bits. `crypto.randomUUID` exists only on pages served with TLS. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
