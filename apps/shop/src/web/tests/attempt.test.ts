import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Attempt } from "../src/api/attempt";
import { api, type Card, Trouble } from "../src/api/client";

const CARD: Card = { holder: "Ada", number: "4242424242424242", expiry: "12/30", code: "123" };
const PURCHASE = {
  lines: [{ product_id: "enamel-mug", quantity: 1 }],
  total_cents: 1450,
  address: { name: "Ada", street: "Lane 1", postcode: "1000", city: "Town" },
};

const addCard = vi.spyOn(api, "addCard");
const placeOrder = vi.spyOn(api, "placeOrder");
const keys = () => placeOrder.mock.calls.map(([, key]) => key);

beforeEach(() => {
  let cards = 0;
  addCard.mockImplementation(async () => ({ id: `pm_${++cards}`, brand: "Visa", last4: "4242" }));
  placeOrder.mockResolvedValue({ id: "order" } as Awaited<ReturnType<typeof api.placeOrder>>);
});

afterEach(() => vi.clearAllMocks());

test("a purchase that is sent again has the same key and the same card token", async () => {
  placeOrder.mockRejectedValueOnce(new Trouble(0, "offline", ""));
  const attempt = new Attempt();
  await expect(attempt.buy(CARD, PURCHASE)).rejects.toBeInstanceOf(Trouble);
  await attempt.buy(CARD, PURCHASE);
  expect(keys()[1]).toBe(keys()[0]);
  expect(addCard).toHaveBeenCalledTimes(1);
  expect(placeOrder.mock.calls[1]?.[0]).toEqual(placeOrder.mock.calls[0]?.[0]);
});

test("a changed purchase is another one", async () => {
  placeOrder.mockRejectedValueOnce(new Trouble(503, "unavailable", ""));
  const attempt = new Attempt();
  await expect(attempt.buy(CARD, PURCHASE)).rejects.toBeInstanceOf(Trouble);
  await attempt.buy(CARD, { ...PURCHASE, total_cents: 2900 });
  expect(keys()[1]).not.toBe(keys()[0]);
});

test("buying the same again after an order is another purchase", async () => {
  const attempt = new Attempt();
  await attempt.buy(CARD, PURCHASE);
  await attempt.buy(CARD, PURCHASE);
  expect(keys()[1]).not.toBe(keys()[0]);
});

test("another card is turned into another token", async () => {
  const attempt = new Attempt();
  await attempt.buy(CARD, PURCHASE);
  await attempt.buy({ ...CARD, number: "4000000000000002" }, PURCHASE);
  expect(placeOrder.mock.calls.map(([body]) => body.payment_method)).toEqual(["pm_1", "pm_2"]);
});

test("a key is what the shop accepts as one", async () => {
  await new Attempt().buy(CARD, PURCHASE);
  expect(keys()[0]).toMatch(/^[A-Za-z0-9_-]{16,64}$/);
});
