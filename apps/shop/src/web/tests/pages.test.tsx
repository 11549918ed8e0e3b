import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { MemoryRouter } from "react-router";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { api, type Cart, type Order, type Product, Trouble } from "../src/api/client";
import { App } from "../src/app";
import { StoreProvider } from "../src/state/store";

const MUG: Product = {
  id: "enamel-mug",
  name: "Enamel mug",
  about: "Holds coffee.",
  category: "kitchen",
  price_cents: 1450,
  stock: 3,
};
const ONE_MUG: Cart = { items: [{ product: MUG, quantity: 1 }], total_cents: 1450 };
const ORDER: Order = {
  id: "o1",
  state: "pending",
  reason: "",
  total_cents: 1450,
  address: { name: "Ada", street: "Lane 1", postcode: "1000", city: "Town" },
  lines: [{ product_id: "enamel-mug", name: "", quantity: 1, unit_price_cents: 0 }],
  placed_at: "2026-01-02T10:00:00Z",
};
const USER = { id: "u", email: "a@b.c", name: "Ada" };

function visit(path: string) {
  render(
    <MemoryRouter initialEntries={[path]}>
      <StoreProvider>
        <App />
      </StoreProvider>
    </MemoryRouter>,
  );
}

beforeEach(() => {
  vi.spyOn(api, "visitor").mockResolvedValue({ user: USER });
  vi.spyOn(api, "cart").mockResolvedValue(ONE_MUG);
  vi.spyOn(api, "products").mockResolvedValue([MUG]);
  vi.spyOn(api, "product").mockResolvedValue(MUG);
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

test("the shelf can be tried again after a failure", async () => {
  vi.mocked(api.products).mockRejectedValueOnce(new Trouble(503, "unavailable", "Catching its breath."));
  visit("/");
  await userEvent.click(await screen.findByRole("button", { name: "Try again" }));
  expect(await screen.findByText("Enamel mug")).toBeDefined();
  expect(screen.queryByRole("alert")).toBeNull();
});

test("a product goes into the cart on top of what is there", async () => {
  const put = vi
    .spyOn(api, "putLine")
    .mockResolvedValue({ ...ONE_MUG, items: [{ product: MUG, quantity: 2 }] });
  visit("/products/enamel-mug");
  await waitFor(() => expect(screen.getByTestId("cart-count").textContent).toBe("1"));
  await userEvent.click(await screen.findByRole("button", { name: "Add to cart" }));
  expect(put).toHaveBeenCalledWith("enamel-mug", 2);
  await waitFor(() => expect(screen.getByTestId("cart-count").textContent).toBe("2"));
});

test("no more can be put into the cart than is on the shelf", async () => {
  vi.mocked(api.cart).mockResolvedValue({ ...ONE_MUG, items: [{ product: MUG, quantity: 3 }] });
  visit("/products/enamel-mug");
  const button = await screen.findByRole("button", { name: "Add to cart" });
  await waitFor(() => expect((button as HTMLButtonElement).disabled).toBe(true));
});

test("a visitor who has not signed in is asked to before paying", async () => {
  vi.mocked(api.visitor).mockResolvedValue({ user: null });
  visit("/checkout");
  expect(await screen.findByRole("heading", { name: "Sign in" })).toBeDefined();
});

test("wrong credentials are said on the form", async () => {
  vi.mocked(api.visitor).mockResolvedValue({ user: null });
  vi.spyOn(api, "signIn").mockRejectedValue(new Trouble(401, "wrong_credentials", "The password is wrong."));
  visit("/sign-in");
  await userEvent.type(await screen.findByLabelText("Email"), "a@b.c");
  await userEvent.type(screen.getByLabelText("Password"), "nonsense");
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
  expect((await screen.findByRole("alert")).textContent).toBe("The password is wrong.");
});

test("an order that is pending is looked at until it is not", async () => {
  const order = vi
    .spyOn(api, "order")
    .mockResolvedValueOnce(ORDER)
    .mockResolvedValue({ ...ORDER, state: "paid" });
  visit("/orders/o1");
  expect(await screen.findByText("being processed")).toBeDefined();
  expect(await screen.findByText("Thank you!", undefined, { timeout: 3000 })).toBeDefined();
  expect(order).toHaveBeenCalledTimes(2);
});

test("an order that was refused says why", async () => {
  vi.spyOn(api, "order").mockResolvedValue({ ...ORDER, state: "payment_refused", reason: "card_declined" });
  visit("/orders/o1");
  expect((await screen.findByRole("alert")).textContent).toContain("You have not been charged");
});

test("after signing in, nobody is sent to another site", async () => {
  vi.mocked(api.visitor).mockResolvedValue({ user: null });
  vi.spyOn(api, "signIn").mockResolvedValue({ user: USER });
  visit("/sign-in?next=//elsewhere.example");
  await userEvent.type(await screen.findByLabelText("Email"), "a@b.c");
  await userEvent.type(screen.getByLabelText("Password"), "right");
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
  expect(await screen.findByText("Useful things, made to be kept.")).toBeDefined();
});
