/** One request to store-api. What is not a success is thrown as a Trouble. */

import type { components } from "./schema";

type Schemas = components["schemas"];
export type Product = Schemas["ProductView"];
export type Cart = Schemas["Cart"];
export type Visitor = Schemas["Visitor"];
export type User = Schemas["UserView"];
export type Order = Schemas["OrderView"];
export type Checkout = Schemas["OrderRequest"];
export type Card = Schemas["Card"];
export type Address = Schemas["Address"];

/** Why a request came to nothing. Status 0: no answer came at all. */
export class Trouble extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }

  /** Whether the same request may well succeed a little later. */
  get passing(): boolean {
    return this.status === 0 || this.status >= 500;
  }
}

interface Options {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

async function ask<T>(path: string, { method = "GET", body, headers = {} }: Options = {}): Promise<T> {
  const response = await send(path, {
    method,
    headers: body === undefined ? headers : { ...headers, "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) {
    throw await trouble(response);
  }
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function send(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(`/api${path}`, init);
  } catch {
    throw new Trouble(0, "offline", "The shop cannot be reached. Please try again.");
  }
}

async function trouble(response: Response): Promise<Trouble> {
  const problem = (await response.json().catch(() => ({}))) as Partial<Schemas["Problem"]>;
  const fallback =
    response.status >= 500 ? "The shop is catching its breath. Please try again." : "That did not work.";
  const detail = response.status >= 500 ? fallback : (problem.detail ?? fallback);
  return new Trouble(response.status, problem.title ?? "unknown", detail);
}

export const api = {
  products: (category: string, search: string) => {
    const wanted = new URLSearchParams();
    if (category) wanted.set("category", category);
    if (search) wanted.set("search", search);
    return ask<Schemas["Catalogue"]>(`/products?${wanted}`).then((found) => found.products);
  },
  product: (id: string) => ask<Product>(`/products/${encodeURIComponent(id)}`),
  cart: () => ask<Cart>("/cart"),
  putLine: (id: string, quantity: number) =>
    ask<Cart>(`/cart/lines/${encodeURIComponent(id)}`, { method: "PUT", body: { quantity } }),
  takeLine: (id: string) => ask<Cart>(`/cart/lines/${encodeURIComponent(id)}`, { method: "DELETE" }),
  visitor: () => ask<Visitor>("/session"),
  signUp: (body: Schemas["SignUp"]) => ask<Visitor>("/users", { method: "POST", body }),
  signIn: (body: Schemas["SignIn"]) => ask<Visitor>("/session", { method: "POST", body }),
  signOut: () => ask<undefined>("/session", { method: "DELETE" }),
  addCard: (body: Card) => ask<Schemas["MethodView"]>("/payment-methods", { method: "POST", body }),
  placeOrder: (body: Checkout, key: string) =>
    ask<Order>("/orders", { method: "POST", body, headers: { "Idempotency-Key": key } }),
  orders: () => ask<Schemas["OrderHistory"]>("/orders").then((found) => found.orders),
  order: (id: string) => ask<Order>(`/orders/${encodeURIComponent(id)}`),
};
