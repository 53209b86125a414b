// Owns the rule of requests that need a recent second factor: when it is too old, the user verifies it again instead of reading an error.

/** The `onRefusal` of such a request. `words`: how any other refusal is shown. */
export const unlessTooOld =
  (onTooOld: () => void, words: (message: string) => string) =>
  (refusal: { readonly __typename: string; readonly message: string }): string | null => {
    if (refusal.__typename !== 'SecondFactorTooOld') return words(refusal.message);
    onTooOld();
    return null;
  };
