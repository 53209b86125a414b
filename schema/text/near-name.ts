// Owns the suggestion for a misspelt name. Pure.

/** The name that was probably meant: one that differs in few letters, or that begins with the word. Null if none is near, or several are equally near. */
export function nearName(word: string, names: readonly string[]): string | null {
  const limit = word.length < 3 ? 0 : word.length < 6 ? 1 : 2;
  const near = names
    .map((name) => ({ name, distance: distanceOf(word, name) }))
    .filter(({ distance }) => distance <= limit)
    .sort((one, other) => one.distance - other.distance);
  const nearest = near.filter(({ distance }) => distance === near[0]?.distance).map(({ name }) => name);
  const begun = word.length < 3 ? [] : names.filter((name) => name.startsWith(word));
  return only(nearest) ?? only(nearest.length === 0 ? begun : begun.filter((name) => nearest.includes(name)));
}

/** The element of a list that has just one; else null. */
const only = (names: readonly string[]): string | null => (names.length === 1 ? (names[0] ?? null) : null);

/** How many letters must be inserted, removed, replaced or exchanged with their neighbour. */
function distanceOf(one: string, other: string): number {
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const replaced = (last[column - 1] ?? 0) + (one[row - 1] === other[column - 1] ? 0 : 1);
      const changed = Math.min(replaced, (last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1);
      const isExchanged = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current[column] = isExchanged ? Math.min(changed, (before[column - 2] ?? 0) + 1) : changed;
    }
    before = last;
    last = current;
  }
  return last[other.length] ?? 0;
}
