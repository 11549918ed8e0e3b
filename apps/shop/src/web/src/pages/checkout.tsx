import { type FormEvent, useRef, useState } from "react";
import { Link, Navigate, useNavigate } from "react-router";
import { Attempt } from "../api/attempt";
import type { Address, Card, Cart, Trouble } from "../api/client";
import { Field } from "../parts/field";
import { money } from "../parts/money";
import { Notice } from "../parts/notice";
import { asTrouble } from "../state/loaded";
import { useStore } from "../state/store";

const NO_ADDRESS: Address = { name: "", street: "", postcode: "", city: "" };
const NO_CARD: Card = { holder: "", number: "", expiry: "", code: "" };

export function CheckoutPage() {
  const { user, cart, refreshCart } = useStore();
  const navigate = useNavigate();
  const attempt = useRef(new Attempt());
  const [address, setAddress] = useState(NO_ADDRESS);
  const [card, setCard] = useState(NO_CARD);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    try {
      const number = card.number.replaceAll(" ", "");
      const order = await attempt.current.buy({ ...card, number }, purchase(cart, address));
      await refreshCart().catch(() => undefined);
      navigate(`/orders/${order.id}`);
    } catch (reason) {
      setTrouble(asTrouble(reason));
      setBusy(false);
    }
  }

  if (user === null) return <Navigate to="/sign-in?next=/checkout" replace />;
  if (cart.items.length === 0 && !busy) return <Empty />;
  return (
    <form className="checkout" onSubmit={submit}>
      <div>
        <h1>Check out</h1>
        <AddressFields address={address} change={setAddress} />
        <CardFields card={card} change={setCard} />
      </div>
      <aside className="card">
        <Summary cart={cart} />
        <Notice trouble={trouble} />
        <button type="submit" className="main" disabled={busy}>
          {busy ? "Placing your order…" : `Pay ${money(cart.total_cents)}`}
        </button>
      </aside>
    </form>
  );
}

function purchase(cart: Cart, address: Address) {
  const lines = cart.items.map((item) => ({ product_id: item.product.id, quantity: item.quantity }));
  return { lines, total_cents: cart.total_cents, address };
}

function Empty() {
  return (
    <section className="empty">
      <h1>There is nothing to pay for</h1>
      <Link to="/" className="main">
        Look at the shelf
      </Link>
    </section>
  );
}

function AddressFields({ address, change }: { address: Address; change: (address: Address) => void }) {
  const set = (part: Partial<Address>) => change({ ...address, ...part });
  return (
    <fieldset>
      <legend>Where to</legend>
      <Field label="Full name" autoComplete="name" value={address.name} onValue={(name) => set({ name })} />
      <Field
        label="Street"
        autoComplete="street-address"
        value={address.street}
        onValue={(street) => set({ street })}
      />
      <div className="pair">
        <Field
          label="Postcode"
          autoComplete="postal-code"
          minLength={2}
          maxLength={12}
          value={address.postcode}
          onValue={(postcode) => set({ postcode })}
        />
        <Field
          label="City"
          autoComplete="address-level2"
          value={address.city}
          onValue={(city) => set({ city })}
        />
      </div>
    </fieldset>
  );
}

function CardFields({ card, change }: { card: Card; change: (card: Card) => void }) {
  const set = (part: Partial<Card>) => change({ ...card, ...part });
  return (
    <fieldset>
      <legend>Card</legend>
      <Field
        label="Card holder"
        autoComplete="cc-name"
        value={card.holder}
        onValue={(holder) => set({ holder })}
      />
      <Field
        label="Card number"
        autoComplete="cc-number"
        inputMode="numeric"
        pattern="[0-9 ]{12,23}"
        value={card.number}
        onValue={(number) => set({ number })}
      />
      <div className="pair">
        <Field
          label="Expiry (MM/YY)"
          autoComplete="cc-exp"
          pattern="(0[1-9]|1[0-2])/[0-9]{2}"
          value={card.expiry}
          onValue={(expiry) => set({ expiry })}
        />
        <Field
          label="Security code"
          autoComplete="cc-csc"
          inputMode="numeric"
          pattern="[0-9]{3,4}"
          value={card.code}
          onValue={(code) => set({ code })}
        />
      </div>
      <p className="hint">No money moves here: payments are simulated. 4242 4242 4242 4242 is approved.</p>
    </fieldset>
  );
}

function Summary({ cart }: { cart: Cart }) {
  return (
    <>
      <h2>Your order</h2>
      <ul className="summary">
        {cart.items.map(({ product, quantity }) => (
          <li key={product.id}>
            <span>
              {quantity} × {product.name}
            </span>
            <span>{money(quantity * product.price_cents)}</span>
          </li>
        ))}
      </ul>
      <div className="total">
        <span>Total</span>
        <strong>{money(cart.total_cents)}</strong>
      </div>
    </>
  );
}
