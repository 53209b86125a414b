// Owns a value that others watch. Owns no drawing: see `useCell` for components.
import { useEffect, useState } from 'preact/hooks';

/** A value with watchers, told after each change. */
export class Cell<Value> {
  #value: Value;
  readonly #watchers = new Set<() => void>();

  constructor(value: Value) {
    this.#value = value;
  }

  get value(): Value {
    return this.#value;
  }

  set value(next: Value) {
    if (Object.is(next, this.#value)) return;
    this.#value = next;
    for (const watcher of [...this.#watchers]) watcher();
  }

  /** Calls `watcher` after each change until the returned function is called. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }
}

/** The cell's value, drawn again when it changes. */
export function useCell<Value>(cell: Cell<Value>): Value {
  const [, redraw] = useState(0);
  useEffect(() => {
    // It may have changed between drawing and watching.
    redraw((count) => count + 1);
    return cell.watch(() => redraw((count) => count + 1));
  }, [cell]);
  return cell.value;
}
