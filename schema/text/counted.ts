// Owns a number with its noun. Pure.

/** `1 warning`, `2 warnings`. */
export const counted = (count: number, one: string, several = `${one}s`): string =>
  `${count} ${count === 1 ? one : several}`;
