// Owns how many WebSockets may be open before their clients are authenticated. Not those that are (socket-protocol.ts).
import { isSharedAddress, networkOf } from '../http/origin.ts';

interface NewSocket {
  /** See {@link networkOf}. */
  readonly network: string;
  readonly close: () => void;
}

/**
 * The WebSockets whose clients have not said who they are. When there are too many, the oldest is closed: a client needs only a moment, so strangers
 * that stay silent do not keep others out.
 */
export class NewSockets {
  readonly #total: number;
  readonly #perAddress: number;
  readonly #open = new Set<NewSocket>();

  constructor({ total, perAddress }: { total: number; perAddress: number }) {
    this.#total = total;
    this.#perAddress = perAddress;
  }

  /** Whether this address may open one more. Pure. */
  admits(address: string): boolean {
    if (isSharedAddress(address)) return true;
    const network = networkOf(address);
    return [...this.#open].filter((each) => each.network === network).length < this.#perAddress;
  }

  /** Counts one more until the result is disposed. Closes the oldest one if there are too many. */
  add(address: string, close: () => void): Disposable {
    const [oldest] = this.#open;
    if (oldest && this.#open.size >= this.#total) {
      this.#open.delete(oldest);
      oldest.close();
    }
    const added = { network: networkOf(address), close };
    this.#open.add(added);
    return { [Symbol.dispose]: () => void this.#open.delete(added) };
  }
}
