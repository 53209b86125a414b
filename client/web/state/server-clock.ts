// Owns the clock of the server as the page knows it: running times are the difference of two of its moments, never of two clocks.

/** A difference that the page does not correct, in milliseconds: the header `Date` has whole seconds. */
const tolerance = 2_000;

/** How far the clock of the server is ahead, in milliseconds. */
let ahead = 0;

/** A moment of the clock of the browser, by the clock of the server. Both are milliseconds since 1970. */
export const serverTimeOf = (at: number): number => at + ahead;

/** Milliseconds since 1970, by the clock of the server. */
export const serverNow = (): number => serverTimeOf(Date.now());

/**
 * Learns the time of the server from a response.
 * @param date its header `Date`; null if the response has none
 * @param sentAt when the request was sent, by the clock of the browser
 */
export function learnServerTime(date: string | null, sentAt: number): void {
  const server = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(server)) return;
  // The header is cut to a whole second, and was written somewhere between request and response.
  const difference = server + 500 - (sentAt + Date.now()) / 2;
  ahead = Math.abs(difference) > tolerance ? difference : 0;
}

/** A `fetch` that learns the time of the server from each response. */
export const clockedFetch: typeof fetch = async (input, init) => {
  const sentAt = Date.now();
  const response = await fetch(input, init);
  learnServerTime(response.headers.get('date'), sentAt);
  return response;
};
