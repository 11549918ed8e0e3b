import { useCallback, useEffect } from "react";
import { Link, Navigate, useParams } from "react-router";
import { api, type Order } from "../api/client";
import { money } from "../parts/money";
import { Notice } from "../parts/notice";
import { useLoaded } from "../state/loaded";
import { useStore } from "../state/store";

const STATES: Record<Order["state"], string> = {
  pending: "being processed",
  paid: "paid",
  payment_refused: "payment refused",
  rejected: "not possible",
};
const REASONS: Record<string, string> = {
  out_of_stock: "Somebody was faster: there is not enough left on the shelf.",
  price_changed: "A price has changed since. Please look at your cart again.",
  card_declined: "Your card was declined. You have not been charged.",
  insufficient_funds: "There is not enough money on this card. You have not been charged.",
};
const AGAIN_MILLISECONDS = 1000;

export function OrdersPage() {
  const { user } = useStore();
  const { value: orders, trouble, reload } = useLoaded(useCallback(() => api.orders(), []));
  if (user === null) return <Navigate to="/sign-in?next=/orders" replace />;
  return (
    <>
      <h1>Your orders</h1>
      <Notice trouble={trouble} retry={reload} />
      {orders?.length === 0 && <p className="empty">You have not ordered anything yet.</p>}
      <ul className="orders">
        {orders?.map((order) => (
          <li key={order.id}>
            <Link to={`/orders/${order.id}`}>
              <span>{placed(order)}</span>
              <State order={order} />
              <span className="price">{money(order.total_cents)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}

export function OrderPage() {
  const { id = "" } = useParams();
  const { value: order, trouble, reload } = useLoaded(useCallback(() => api.order(id), [id]));

  useEffect(() => {
    if (order?.state !== "pending") return;
    const timer = setInterval(reload, AGAIN_MILLISECONDS);
    return () => clearInterval(timer);
  }, [order, reload]);

  return (
    <>
      <Link to="/orders" className="back">
        ← Your orders
      </Link>
      <Notice trouble={trouble} retry={reload} />
      {order && <Details order={order} />}
    </>
  );
}

function Details({ order }: { order: Order }) {
  return (
    <article className="card wide">
      <h1>{order.state === "paid" ? "Thank you!" : "Your order"}</h1>
      <p>
        {placed(order)} · <State order={order} />
      </p>
      {order.reason && <p role="alert">{REASONS[order.reason] ?? "This order could not be completed."}</p>}
      <ul className="summary">
        {order.lines.map((line) => (
          <li key={line.product_id}>
            <span>
              {line.quantity} × {line.name || line.product_id}
            </span>
            <span>{line.unit_price_cents > 0 && money(line.quantity * line.unit_price_cents)}</span>
          </li>
        ))}
      </ul>
      <div className="total">
        <span>Total</span>
        <strong>{money(order.total_cents)}</strong>
      </div>
      <p className="hint">
        {order.address.name}, {order.address.street}, {order.address.postcode} {order.address.city}
      </p>
    </article>
  );
}

function State({ order }: { order: Order }) {
  return <span className={`state ${order.state}`}>{STATES[order.state]}</span>;
}

function placed(order: Order): string {
  return new Date(order.placed_at).toLocaleString("en-IE", { dateStyle: "medium", timeStyle: "short" });
}
