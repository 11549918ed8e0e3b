import { useCallback, useDeferredValue, useState } from "react";
import { Link } from "react-router";
import { api, type Product } from "../api/client";
import { Illustration } from "../parts/illustration";
import { money } from "../parts/money";
import { Notice } from "../parts/notice";
import { useLoaded } from "../state/loaded";

const CATEGORIES = ["kitchen", "desk", "light", "outdoors"];

export function CataloguePage() {
  const [category, setCategory] = useState("");
  const [search, setSearch] = useState("");
  const wanted = useDeferredValue(search.trim());
  const {
    value: products,
    trouble,
    reload,
  } = useLoaded(useCallback(() => api.products(category, wanted), [category, wanted]));

  return (
    <>
      <section className="hero">
        <h1>Useful things, made to be kept.</h1>
        <p>For the kitchen, the desk and the far end of the path.</p>
      </section>
      <div className="filters">
        <fieldset>
          <legend className="hidden">Category</legend>
          {["", ...CATEGORIES].map((name) => (
            <button
              key={name}
              type="button"
              className="chip"
              aria-pressed={category === name}
              onClick={() => setCategory(name)}
            >
              {name || "everything"}
            </button>
          ))}
        </fieldset>
        <input
          type="search"
          aria-label="Search"
          placeholder="Search"
          maxLength={60}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      </div>
      <Notice trouble={trouble} retry={reload} />
      {products?.length === 0 && <p className="empty">Nothing on the shelf fits that.</p>}
      <ul className="shelf">
        {products?.map((product) => (
          <Tile key={product.id} product={product} />
        ))}
      </ul>
    </>
  );
}

function Tile({ product }: { product: Product }) {
  return (
    <li>
      <Link to={`/products/${product.id}`} className="tile">
        <Illustration product={product.id} />
        <span className="name">{product.name}</span>
        <span className="price">{money(product.price_cents)}</span>
        <Stock left={product.stock} />
      </Link>
    </li>
  );
}

/** Says something only where there is little left. */
export function Stock({ left }: { left: number }) {
  if (left === 0) return <span className="stock none">Sold out</span>;
  if (left <= 20) return <span className="stock">Only {left} left</span>;
  return null;
}
