// Owns what `spiderpig doctor` reads about the operation of an installation: holds, refused clean-ups, what hangs, what is disabled. Reads only.
import { activeStates } from './job/state.ts';
import { isAlive, type ProcessIdentity, placeOf } from './runner/process.ts';

/** A jobrunner that has registered and not left. */
export interface RegisteredRunner {
  readonly id: string;
  /** Whether its process has ended without saying so: on this machine, where it can be looked up. */
  readonly hasEnded: boolean;
  /** Why it removes no jobs because of their age; null if it does. */
  readonly cleanUpProblem: string | null;
  /** Why its host may not deploy now; null if it may. */
  readonly laneProblem: string | null;
  /** Since when it does not look for jobs, in milliseconds since 1970; null if it does. */
  readonly notRespondingSince: number | null;
}

/** The state of an installation. Empty for a database of an earlier version that does not record it. */
export interface OperationState {
  readonly hold: {
    readonly by: string;
    readonly since: number;
    readonly endsAt: number | null;
    readonly reason: string;
  } | null;
  readonly runners: readonly RegisteredRunner[];
  readonly queuedJobs: number;
  /** Jobs whose supervisor does not respond, and since when. */
  readonly silentJobs: readonly { readonly id: number; readonly since: number }[];
  /** Webhooks that fail, or that a server has disabled. `disabled`: why. */
  readonly webhooks: readonly {
    readonly name: string;
    readonly failingSince: number | null;
    readonly disabled: string | null;
  }[];
  /** For which host names passkeys were made, and how many. */
  readonly passkeys: readonly { readonly host: string; readonly count: number }[];
}

/** Runs a query; null if a table or column does not exist yet. */
export type Ask = (sql: string) => Promise<readonly Record<string, unknown>[] | null>;

/** How many rows of each kind are read. */
const most = 20;

const time = (value: unknown): number | null => (value == null ? null : Number(value));
const words = (value: unknown): string | null => (value == null ? null : String(value));
const activeList = activeStates.map((state) => `'${state}'`).join(', ');

export async function readOperationState(ask: Ask, now = Date.now()): Promise<OperationState> {
  const [hold] =
    (await ask(
      `select a.name as by_name, h.created_at, h.ends_at, h.reason from hold h join account a on a.id = h.user_id
       where h.released_at is null and (h.ends_at is null or h.ends_at > ${now}) order by h.id desc limit 1`,
    )) ?? [];
  const [queued] = (await ask("select count(*) as jobs from job where state = 'queued'")) ?? [];
  const silent = await ask(
    `select id, not_responding_since from job where state in (${activeList}) and not_responding_since is not null order by id limit ${most}`,
  );
  const webhooks = await ask(
    `select name, failing_since, disabled_reason from webhook
     where (failing_since is not null and disabled_at is null) or disabled_reason is not null order by id limit ${most}`,
  );
  const passkeys = await ask(
    `select host, count(*) as passkeys from passkey group by host order by host limit ${most}`,
  );
  return {
    hold: hold
      ? {
          by: String(hold['by_name']),
          since: Number(hold['created_at']),
          endsAt: time(hold['ends_at']),
          reason: String(hold['reason']),
        }
      : null,
    runners: await readRunners(ask),
    queuedJobs: Number(queued?.['jobs'] ?? 0),
    silentJobs: (silent ?? []).map((row) => ({
      id: Number(row['id']),
      since: Number(row['not_responding_since']),
    })),
    webhooks: (webhooks ?? []).map((row) => ({
      name: String(row['name']),
      failingSince: time(row['failing_since']),
      disabled: words(row['disabled_reason']),
    })),
    passkeys: (passkeys ?? []).map((row) => ({ host: String(row['host']), count: Number(row['passkeys']) })),
  };
}

async function readRunners(ask: Ask): Promise<RegisteredRunner[]> {
  const rows =
    (await ask(
      `select id, process, clean_up_problem, lane_problem, not_responding_since from runner where left_at is null order by id limit ${most}`,
    )) ?? [];
  return rows.map((row) => ({
    id: String(row['id']),
    hasEnded: hasEnded(row['process']),
    cleanUpProblem: words(row['clean_up_problem']),
    laneProblem: words(row['lane_problem']),
    notRespondingSince: time(row['not_responding_since']),
  }));
}

/** Of a process elsewhere nothing is known. */
function hasEnded(recorded: unknown): boolean {
  const found: unknown = typeof recorded === 'string' ? JSON.parse(recorded) : recorded;
  if (!isIdentity(found)) return false;
  const place = placeOf(found);
  return place === 'rebooted' || (place === 'here' && !isAlive(found));
}

const isIdentity = (value: unknown): value is ProcessIdentity =>
  typeof value === 'object' && value !== null && 'pid' in value && 'boot' in value && 'startTime' in value;
