// Owns how many sign-ins one address may attempt. Not the attempts of one user's second factor (schema/model/account/second-factor/second-factor.ts).
import { isSharedAddress, networkOf } from '../http/origin.ts';

/** This many attempts per period by default, and the period in milliseconds. */
const defaultMaximum = 60;
const period = 60_000;
/** The maximum number of addresses that are remembered; then the one seen first is forgotten. */
const maxAddresses = 10_000;

interface Attempts {
  readonly since: number;
  count: number;
}

/** The attempts of each address, or of anything else that has a name. Those of a proxy or tunnel on this host are not limited: it stands for many people. */
export class SignInRates {
  readonly #now: () => number;
  readonly #maximum: number;
  readonly #byAddress = new Map<string, Attempts>();

  constructor(now: () => number = Date.now, maximum = defaultMaximum) {
    this.#now = now;
    this.#maximum = maximum;
  }

  /** Counts an attempt; false: this address, or its network, made too many. */
  admits(client: string): boolean {
    if (isSharedAddress(client)) return true;
    const address = networkOf(client);
    const at = this.#now();
    const known = this.#byAddress.get(address);
    // A clock that was set back must not lengthen the period.
    if (known && at >= known.since && at - known.since < period) {
      known.count++;
      return known.count <= this.#maximum;
    }
    this.#byAddress.delete(address);
    this.#byAddress.set(address, { since: at, count: 1 });
    const [first] = this.#byAddress.keys();
    if (this.#byAddress.size > maxAddresses && first !== undefined) this.#byAddress.delete(first);
    return true;
  }
}
