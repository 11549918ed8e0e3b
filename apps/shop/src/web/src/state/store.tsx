/** Who is here and what is in the cart: known to every part of the page. */

import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import { api, type Cart, type User } from "../api/client";

interface Store {
  /** `undefined`: not known yet. `null`: nobody has signed in. */
  user: User | null | undefined;
  setUser: (user: User | null) => void;
  cart: Cart;
  setCart: (cart: Cart) => void;
  refreshCart: () => Promise<void>;
}

const EMPTY: Cart = { items: [], total_cents: 0 };
const Context = createContext<Store | undefined>(undefined);

export function StoreProvider({ children }: { children: ReactNode }) {
  const [user, setUser] = useState<User | null>();
  const [cart, setCart] = useState<Cart>(EMPTY);

  const refreshCart = useCallback(async () => setCart(await api.cart()), []);

  useEffect(() => {
    api.visitor().then(
      (visitor) => setUser(visitor.user),
      () => setUser(null),
    );
    api.cart().then(setCart, () => setCart(EMPTY));
  }, []);

  const store = useMemo(() => ({ user, setUser, cart, setCart, refreshCart }), [user, cart, refreshCart]);
  return <Context value={store}>{children}</Context>;
}

export function useStore(): Store {
  const store = useContext(Context);
  if (store === undefined) throw new Error("useStore needs a StoreProvider around it");
  return store;
}
