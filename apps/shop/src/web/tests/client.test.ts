import { afterEach, expect, test, vi } from "vitest";
import { api, Trouble } from "../src/api/client";

const fetched = vi.spyOn(globalThis, "fetch");
afterEach(() => fetched.mockReset());

async function failure(promise: Promise<unknown>): Promise<Trouble> {
  const reason = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(reason instanceof Trouble)) throw new Error(`not a Trouble: ${reason}`);
  return reason;
}

test("a refusal carries the shop's own words", async () => {
  fetched.mockResolvedValue(
    Response.json({ title: "email_taken", detail: "There is one." }, { status: 409 }),
  );
  const trouble = await failure(api.signUp({ name: "a", email: "a@b.c", password: "x" }));
  expect([trouble.status, trouble.code, trouble.message, trouble.passing]).toEqual([
    409,
    "email_taken",
    "There is one.",
    false,
  ]);
});

test("a failure of the shop's is passing, and tells nothing of its inside", async () => {
  fetched.mockResolvedValue(Response.json({ title: "unavailable", detail: "the database" }, { status: 503 }));
  const trouble = await failure(api.cart());
  expect(trouble.passing).toBe(true);
  expect(trouble.message).not.toContain("database");
});

test("a proxy's page of HTML is a failure like any other", async () => {
  fetched.mockResolvedValue(new Response("<html>", { status: 502 }));
  expect((await failure(api.cart())).code).toBe("unknown");
});

test("no answer at all is passing", async () => {
  fetched.mockRejectedValue(new TypeError("network"));
  const trouble = await failure(api.cart());
  expect([trouble.status, trouble.passing]).toEqual([0, true]);
});

test("what is searched for is escaped", async () => {
  fetched.mockResolvedValue(Response.json({ products: [] }));
  await api.products("desk", "a&b=c");
  expect(fetched.mock.calls[0]?.[0]).toBe("/api/products?category=desk&search=a%26b%3Dc");
});
