import { useSyncExternalStore } from "react";

/** One value that several components watch. */
export interface Store<Value> {
  get(): Value;
  set(value: Value): void;
  use(): Value;
}

/** Makes a store with a first value. */
export function create<Value>(first: Value): Store<Value> {
  let value = first;
  const watchers = new Set<() => void>();
  const get = () => value;
  const watch = (watcher: () => void) => {
    watchers.add(watcher);
    return () => void watchers.delete(watcher);
  };
  return {
    get,
    set(next) {
      value = next;
      for (const watcher of watchers) watcher();
    },
    use: () => useSyncExternalStore(watch, get),
  };
}
