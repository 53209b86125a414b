// Owns access to the local storage of the browser. Where it is blocked or full, values last as long as the page.

/** What could not be stored. */
const unstored = new Map<string, string>();

/** The stored value, or null. Never throws: browsers that block site data throw at each access. */
export function readStored(key: string): string | null {
  try {
    return unstored.get(key) ?? localStorage.getItem(key);
  } catch {
    return unstored.get(key) ?? null;
  }
}

/** Stores a value for all tabs, or for this page only where storage is blocked or full. */
export function storeValue(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
    unstored.delete(key);
  } catch {
    unstored.set(key, value);
  }
}

/** Removes a stored value. */
export function removeStored(key: string): void {
  unstored.delete(key);
  try {
    localStorage.removeItem(key);
  } catch {
    // Where storage is blocked, nothing is stored.
  }
}
