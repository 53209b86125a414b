// Owns what one operation may use while it is executed: resolved fields, text, and turns of the event loop. Not its estimate before execution (limit.ts).
import { GraphQLError } from 'graphql';
import type { Budget } from '../../schema/graphql/context.ts';
import type { Turns } from './turn.ts';

/** The maximum size of a result: fields, and UTF-16 units of all names and texts. For a subscription, of each event. */
export interface ResultLimits {
  readonly fields: number;
  readonly text: number;
}
const resultLimits: ResultLimits = { fields: 100_000, text: 8_388_608 };

/** What JSON adds to the name of a field: quotes, colon, comma. */
const punctuation = 4;

const tooLarge = (what: string): GraphQLError =>
  new GraphQLError(`The result of this operation has more than ${what}. Request fewer at a time.`, {
    extensions: { code: 'TOO_LARGE' },
  });

/** The error of an operation whose client has disconnected. Nobody receives it. */
const clientGone = (): GraphQLError =>
  new GraphQLError('The client has disconnected.', { extensions: { code: 'CLIENT_GONE' } });

/** The budget of one operation. Once it is used up, or the client has disconnected, every further field fails. */
export class OperationBudget implements Budget {
  readonly #turns: Turns;
  readonly #limits: ResultLimits;
  readonly #stop = new AbortController();
  #error: GraphQLError | null = null;
  #fields = 0;
  #text = 0;

  /** `client`: aborted when the client disconnects or cancels the operation. */
  constructor(turns: Turns, client: AbortSignal | null, limits: ResultLimits = resultLimits) {
    this.#turns = turns;
    this.#limits = limits;
    if (client?.aborted) this.#end();
    else client?.addEventListener('abort', () => this.#end(), { once: true });
  }

  /** Aborted when the client has disconnected. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Why no further field is resolved; null if the budget is not used up. */
  get error(): GraphQLError | null {
    return this.#error;
  }

  /** Begins an event of a subscription. */
  begin(): void {
    this.#fields = 0;
    this.#text = 0;
    if (!this.#stop.signal.aborted) this.#error = null;
  }

  count(name: string | number): void {
    this.#check();
    this.#fields++;
    this.text(punctuation + (typeof name === 'string' ? name.length : 0));
    if (this.#fields > this.#limits.fields) throw this.#exceed(`${this.#limits.fields} fields`);
  }

  turn(heavy: boolean): Promise<void> | null {
    const turn = this.#turns.enter(heavy);
    return turn === null ? null : turn.then(() => this.#check());
  }

  text(length: number): void {
    this.#text += length;
    if (this.#text > this.#limits.text) throw this.#exceed(`${this.#limits.text} characters`);
  }

  /** A budget of the same size that does not end when the client goes: for results that others receive too. */
  independent(): OperationBudget {
    return new OperationBudget(this.#turns, null, this.#limits);
  }

  #check(): void {
    if (this.#error) throw this.#error;
  }

  #exceed(what: string): GraphQLError {
    this.#error ??= tooLarge(what);
    return this.#error;
  }

  #end(): void {
    this.#error = clientGone();
    this.#stop.abort(this.#error);
  }
}
