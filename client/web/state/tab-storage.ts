// Owns access to the storage of one tab of the browser, which outlives a reload of the page. Where it is blocked or full, nothing is kept.

/** The stored value, or null. Never throws: browsers that block site data throw at each access. */
export function readOfTab(key: string): string | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Stores a value for this tab. @param value null: removes it */
export function storeForTab(key: string, value: string | null): void {
  try {
    if (value === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, value);
  } catch {
    // The value lasts as long as the page.
  }
}
