import { useCallback, useState } from "react";
import { Link, useParams } from "react-router";
import { api, type Product, type Trouble } from "../api/client";
import { Illustration } from "../parts/illustration";
import { money } from "../parts/money";
import { Notice } from "../parts/notice";
import { asTrouble, useLoaded } from "../state/loaded";
import { useStore } from "../state/store";
import { Stock } from "./catalogue";

export function ProductPage() {
  const { id = "" } = useParams();
  const { value: product, trouble, reload } = useLoaded(useCallback(() => api.product(id), [id]));
  return (
    <>
      <Link to="/" className="back">
        ← All products
      </Link>
      <Notice trouble={trouble} retry={reload} />
      {product && <Details product={product} />}
    </>
  );
}

function Details({ product }: { product: Product }) {
  const { cart, setCart } = useStore();
  const [trouble, setTrouble] = useState<Trouble>();
  const [added, setAdded] = useState(false);
  const held = cart.items.find((item) => item.product.id === product.id)?.quantity ?? 0;

  async function add() {
    try {
      setCart(await api.putLine(product.id, held + 1));
      setTrouble(undefined);
      setAdded(true);
    } catch (reason) {
      setTrouble(asTrouble(reason));
    }
  }

  return (
    <article className="details">
      <Illustration product={product.id} />
      <div>
        <p className="category">{product.category}</p>
        <h1>{product.name}</h1>
        <p className="about">{product.about}</p>
        <p className="price large">{money(product.price_cents)}</p>
        <Stock left={product.stock} />
        <Notice trouble={trouble} retry={add} />
        <button type="button" className="main" disabled={product.stock <= held} onClick={add}>
          Add to cart
        </button>
        <p className="status" role="status">
          {added && (
            <>
              {held} in your <Link to="/cart">cart</Link>
            </>
          )}
        </p>
      </div>
    </article>
  );
}
