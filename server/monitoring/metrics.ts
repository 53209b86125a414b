// Owns what the server counts while it runs: requests, refused sign-ins, how long commits and rings take. Not the answer of `/metrics` (scrape.ts), not the metrics of the process (schema/process/metrics.ts).
import { Counter, Histogram, Registry } from 'prom-client';
import type { Database } from '../../schema/model/store/database.ts';

/** Bounds of the histograms, in seconds. */
const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** After this long a ring that did not come is counted as this late, in milliseconds. */
const ringLimit = 10_000;

/** What a server counts while it runs. */
export class ServerMetrics {
  readonly registry = new Registry();
  readonly #requests = new Counter({
    name: 'spiderpig_http_requests_total',
    help: 'HTTP requests since the server started, by the status code of the response.',
    labelNames: ['code'],
    registers: [this.registry],
  });
  readonly #refusals = new Counter({
    name: 'spiderpig_refused_sign_ins_total',
    help: 'Refused sign-ins since the server started.',
    registers: [this.registry],
  });
  readonly #deprecated = new Counter({
    name: 'spiderpig_deprecated_uses_total',
    help: 'Executed operations since the server started that use a deprecated part of the API, by its coordinate.',
    labelNames: ['part'],
    registers: [this.registry],
  });
  readonly #commits = new Histogram({
    name: 'spiderpig_commit_seconds',
    help: 'Duration of write transactions, with waiting for locks.',
    buckets,
    registers: [this.registry],
  });
  readonly #rings = new Histogram({
    name: 'spiderpig_doorbell_seconds',
    help: 'Time from a commit of this server until its own doorbell rings.',
    buckets,
    registers: [this.registry],
  });
  #isProbing = false;

  countResponse(code: number): void {
    this.#requests.inc({ code: String(code) });
  }

  /** Counts a sign-in that was refused. */
  countRefusal(): void {
    this.#refusals.inc();
  }

  /** Counts an operation that uses a deprecated part of the API. */
  countDeprecated(part: string): void {
    this.#deprecated.inc({ part });
  }

  /** The same database, whose transactions are measured. */
  measured(db: Database): Database {
    return {
      ...db,
      write: async (topics, work, options) => {
        const began = performance.now();
        const committed = this.#probe(db, topics[0]);
        try {
          return await db.write(topics, work, options);
        } finally {
          this.#commits.observe((performance.now() - began) / 1_000);
          committed();
        }
      },
    };
  }

  /** Measures the next ring of a topic from the moment when the result is called. One at a time. */
  #probe(db: Database, topic: Parameters<Database['write']>[0][number] | undefined): () => void {
    if (topic === undefined || this.#isProbing) return () => {};
    this.#isProbing = true;
    const listener = db.doorbell.listen(topic);
    return () => {
      const began = performance.now();
      void listener.nextRing(AbortSignal.timeout(ringLimit)).then(() => {
        this.#rings.observe((performance.now() - began) / 1_000);
        listener[Symbol.dispose]();
        this.#isProbing = false;
      });
    };
  }
}
