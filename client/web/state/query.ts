// Owns writing values into the query of an address. Pure.

/** The query of an address with these values, an empty one removed; other parameters stay as they are. Begins with `?` unless it is empty. */
export function withQuery(search: string, values: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(search);
  for (const [name, value] of Object.entries(values)) {
    if (value === '') query.delete(name);
    else query.set(name, value);
  }
  const written = query.toString();
  return written === '' ? '' : `?${written}`;
}
