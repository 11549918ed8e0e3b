import { useState } from "react";
import { Link } from "react-router";
import { api, type Cart, type Trouble } from "../api/client";
import { Illustration } from "../parts/illustration";
import { money } from "../parts/money";
import { Notice } from "../parts/notice";
import { asTrouble } from "../state/loaded";
import { useStore } from "../state/store";

export function CartPage() {
  const { cart, setCart } = useStore();
  const [trouble, setTrouble] = useState<Trouble>();

  async function change(made: Promise<Cart>) {
    try {
      setCart(await made);
      setTrouble(undefined);
    } catch (reason) {
      setTrouble(asTrouble(reason));
    }
  }

  if (cart.items.length === 0) {
    return (
      <section className="empty">
        <h1>Your cart is empty</h1>
        <Link to="/" className="main">
          Look at the shelf
        </Link>
      </section>
    );
  }
  return (
    <>
      <h1>Your cart</h1>
      <Notice trouble={trouble} />
      <ul className="lines">
        {cart.items.map(({ product, quantity }) => (
          <li key={product.id}>
            <Illustration product={product.id} />
            <Link to={`/products/${product.id}`}>{product.name}</Link>
            <input
              type="number"
              aria-label={`How many of ${product.name}`}
              min={1}
              max={99}
              value={quantity}
              onChange={(event) => {
                const wanted = Math.trunc(event.target.valueAsNumber);
                if (wanted >= 1 && wanted <= 99) change(api.putLine(product.id, wanted));
              }}
            />
            <span className="price">{money(product.price_cents * quantity)}</span>
            <button
              type="button"
              className="quiet"
              aria-label={`Remove ${product.name}`}
              onClick={() => change(api.takeLine(product.id))}
            >
              Remove
            </button>
          </li>
        ))}
      </ul>
      <div className="total">
        <span>Total</span>
        <strong>{money(cart.total_cents)}</strong>
      </div>
      <p className="end">
        <Link to="/checkout" className="main">
          Check out
        </Link>
      </p>
    </>
  );
}
