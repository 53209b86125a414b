// Owns values that change too often to be requested each time, such as what a user types.
import { useEffect, useState } from 'preact/hooks';

/** The value once it has not changed for a while. `delay` in milliseconds. Objects are compared by identity. */
export function useSettled<Value>(value: Value, delay: number): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(() => value), delay);
    return () => clearTimeout(timer);
  }, [value, delay]);
  return settled;
}
