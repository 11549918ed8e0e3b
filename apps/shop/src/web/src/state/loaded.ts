import { useCallback, useEffect, useState } from "react";
import { Trouble } from "../api/client";

export interface Loaded<T> {
  value: T | undefined;
  trouble: Trouble | undefined;
  reload: () => void;
}

/** What `load` yields, again for every new `load`; the last value stays while the next one is on its way. */
export function useLoaded<T>(load: () => Promise<T>): Loaded<T> {
  const [value, setValue] = useState<T>();
  const [trouble, setTrouble] = useState<Trouble>();
  const [round, setRound] = useState(0);

  useEffect(() => {
    let current = true;
    load().then(
      (found) => {
        if (!current) return;
        setValue(() => found);
        setTrouble(undefined);
      },
      (reason: unknown) => current && setTrouble(asTrouble(reason)),
    );
    return () => {
      current = false;
    };
  }, [load, round]);

  return { value, trouble, reload: useCallback(() => setRound((last) => last + 1), []) };
}

/** Whatever was thrown, as a Trouble that can be shown. */
export function asTrouble(reason: unknown): Trouble {
  return reason instanceof Trouble ? reason : new Trouble(0, "unknown", "Something went wrong on this page.");
}
