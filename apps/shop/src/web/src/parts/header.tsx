import { Link, NavLink, useNavigate } from "react-router";
import { api } from "../api/client";
import { useStore } from "../state/store";

export function Header() {
  const { user, setUser, cart } = useStore();
  const navigate = useNavigate();
  const count = cart.items.reduce((sum, item) => sum + item.quantity, 0);

  async function leave() {
    await api.signOut().catch(() => undefined);
    setUser(null);
    navigate("/");
  }

  return (
    <header className="top">
      <Link to="/" className="brand">
        <img src="/mark.svg" alt="" width="28" height="28" />
        Fieldhouse
      </Link>
      <nav aria-label="Main">
        <NavLink to="/" end>
          Shop
        </NavLink>
        {user && <NavLink to="/orders">Orders</NavLink>}
        {user === null && <NavLink to="/sign-in">Sign in</NavLink>}
        {user && (
          <button type="button" className="quiet" onClick={leave}>
            Sign out
          </button>
        )}
        <NavLink to="/cart" className="cart-link">
          Cart
          <span className="count" data-testid="cart-count">
            {count}
          </span>
        </NavLink>
      </nav>
    </header>
  );
}
