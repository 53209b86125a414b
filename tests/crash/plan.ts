// Owns the plan of a round: what its program does, how many people answer, when it is stopped, which faults are injected when. Pure: the same seed and number give the same plan.
import type { Dialect } from '../../schema/model/store/database.ts';
import { Random } from './random.ts';

/** One step of a program. Times are in milliseconds. Everything it prints ends with a newline. */
export type Step =
  /** Lines one by one, with pauses between them. */
  | { readonly type: 'slow'; readonly lines: number; readonly pause: number }
  /** Lines in one write. */
  | { readonly type: 'burst'; readonly lines: number }
  /** Lines as fast as they can be written. */
  | { readonly type: 'flood'; readonly lines: number }
  /** One line that is too long for one row. */
  | { readonly type: 'long'; readonly characters: number }
  /** Lines in writes of `bytes` bytes, which split characters, with pauses between the writes. */
  | { readonly type: 'pieces'; readonly bytes: number; readonly pause: number }
  /** Lines with invalid UTF-8. */
  | { readonly type: 'bad bytes' }
  /** A question; the program waits for the answer. The nonce is in the prompt and in every answer. */
  | { readonly type: 'question'; readonly kind: 'choices' | 'text'; readonly nonce: string };

/** The event after which a fault is injected or the job is stopped. */
export const triggers = [
  /** The request to start the job was sent. */
  'sent',
  /** The server acknowledged the start. */
  'queued',
  /** A subscriber saw that a jobrunner claimed the job. */
  'claimed',
  /** The program is running. */
  'started',
  /** A subscriber saw a question. */
  'asked',
  /** The server acknowledged an answer. */
  'answered',
  /** The server acknowledged the stop. */
  'stopped',
  /** The program began a flood. */
  'flood',
  /** The program is about to exit. */
  'end',
] as const;
export type Trigger = (typeof triggers)[number];

/**
 * The faults that are injected around a job. *paused*: for up to 2.5 s; *frozen*: for 8 to 20 s, longer than leases and connections last.
 * *everything killed*: both servers, both jobrunners and the supervisor of the job together. *everything together*: the same, while the host gets
 * another name, its clock jumps, and the database is locked or restarted. *disk full*: the disk of the database.
 */
export const faultKinds = [
  'jobrunner killed',
  'jobrunner restarted',
  'jobrunner paused',
  'server killed',
  'server restarted',
  'server paused',
  'supervisor killed',
  'supervisor paused',
  'jobrunner frozen',
  'server frozen',
  'supervisor frozen',
  'everything killed',
  'host renamed',
  'clock jump',
  'disk full',
  'everything together',
  'database locked',
  'connections terminated',
  'PostgreSQL restarted',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  readonly kind: FaultKind;
  readonly trigger: Trigger;
  /** Milliseconds between the trigger and the fault. */
  readonly delay: number;
  /** The duration of a pause, a lock, a clock jump or a full disk, in milliseconds. */
  readonly length: number;
  /** By how much a clock jumps, in milliseconds. */
  readonly shift: number;
  /** The index of the server or jobrunner, 0 or 1. */
  readonly which: number;
}

/** The part of a plan that the program reads from its directory. */
export interface ProgramPlan {
  readonly round: number;
  readonly lane: string;
  readonly steps: readonly Step[];
  /** Whether its last line lacks the newline. */
  readonly unfinished: boolean;
  /** The exit status, 0 to 125. */
  readonly status: number;
}

export interface Plan extends ProgramPlan {
  /** The number of people who answer each question at the same time. */
  readonly people: number;
  readonly stop: {
    readonly trigger: Trigger;
    readonly delay: number;
    readonly how: 'INTERRUPT' | 'KILL';
  } | null;
  readonly faults: readonly Fault[];
}

/** The relative frequency of each fault. A restart of PostgreSQL is rare, because it affects all rounds and takes longest. */
const weights: Readonly<Record<FaultKind, number>> = {
  'jobrunner killed': 5,
  'jobrunner restarted': 3,
  'jobrunner paused': 3,
  'server killed': 5,
  'server restarted': 2,
  'server paused': 3,
  'supervisor killed': 4,
  'supervisor paused': 4,
  'jobrunner frozen': 1,
  'server frozen': 1,
  'supervisor frozen': 1,
  'everything killed': 1.5,
  'host renamed': 3,
  'clock jump': 3,
  'disk full': 2,
  'everything together': 0.7,
  'database locked': 4,
  'connections terminated': 4,
  'PostgreSQL restarted': 0.5,
};
const onlyOn: Readonly<Partial<Record<FaultKind, Dialect>>> = {
  'database locked': 'sqlite',
  'connections terminated': 'postgresql',
  'PostgreSQL restarted': 'postgresql',
};

/** How far a clock jumps, in milliseconds: a second, a minute, hours, days, and longer than tokens and sessions live. */
const shifts = [1_000, 61_000, 7_200_000, 172_800_000, 34_646_400_000];

/** The maximum of people who answer a question, and the number of its choices. */
export const maxPeople = 4;

/** The answer of a person to a question. No other person and no other question has it. */
export const answerOf = (nonce: string, person: number): string => `${nonce}-${person}`;

export function planRound(options: { seed: string; round: number; lane: string; dialect: Dialect }): Plan {
  const { seed, round, lane, dialect } = options;
  const random = new Random(`${seed}/${round}`);
  const steps = planSteps(random, round);
  const stop = random.chance(0.3) ? planStop(random, steps) : null;
  const possible = possibleTriggers(steps, stop !== null);
  return {
    round,
    lane,
    steps,
    unfinished: random.chance(0.3),
    status: random.chance(0.7) ? 0 : random.integer(1, 125),
    people: random.integer(2, maxPeople),
    stop,
    faults: Array.from({ length: random.integer(1, 3) }, () => planFault(random, dialect, possible)),
  };
}

/** The triggers that can occur in a round with these steps. */
function possibleTriggers(steps: readonly Step[], stop: boolean): Trigger[] {
  const has = (type: Step['type']): boolean => steps.some((step) => step.type === type);
  const only: { readonly [trigger in Trigger]?: boolean } = {
    asked: has('question'),
    answered: has('question'),
    flood: has('flood'),
    stopped: stop,
  };
  return triggers.filter((trigger) => only[trigger] ?? true);
}

function planSteps(random: Random, round: number): Step[] {
  const count = random.integer(2, 6);
  return Array.from({ length: count }, (_, index): Step => {
    switch (
      random.pick(['slow', 'slow', 'burst', 'flood', 'long', 'pieces', 'bad bytes', 'ask', 'ask', 'ask'])
    ) {
      case 'slow':
        return { type: 'slow', lines: random.integer(3, 12), pause: random.integer(5, 60) };
      case 'burst':
        return { type: 'burst', lines: random.integer(50, 500) };
      case 'flood':
        return { type: 'flood', lines: random.integer(2_000, 15_000) };
      case 'long':
        return { type: 'long', characters: random.integer(60_000, 200_000) };
      case 'pieces':
        return { type: 'pieces', bytes: random.integer(1, 7), pause: random.integer(0, 4) };
      case 'bad bytes':
        return { type: 'bad bytes' };
      default:
        return {
          type: 'question',
          kind: random.chance(0.5) ? 'choices' : 'text',
          nonce: `q${round}n${index}`,
        };
    }
  });
}

/** Half of the faults come at any time after an early trigger; half come right when something is about to be recorded. */
function planTrigger(random: Random, possible: readonly Trigger[]): { trigger: Trigger; delay: number } {
  return random.chance(0.5)
    ? { trigger: random.pick(['queued', 'claimed', 'started']), delay: random.integer(0, 2_000) }
    : { trigger: random.pick(possible), delay: random.chance(0.5) ? 0 : random.integer(0, 30) };
}

/** Rarely before the start of the job, because a cancelled job tests little. */
function planStop(random: Random, steps: readonly Step[]): Plan['stop'] {
  const possible = possibleTriggers(steps, false);
  const late = possible.filter((trigger) => !['sent', 'queued', 'claimed', 'end'].includes(trigger));
  const when = random.chance(0.2)
    ? planTrigger(random, possible)
    : { trigger: random.pick(late), delay: random.integer(0, 200) };
  return { ...when, how: random.chance(0.8) ? 'INTERRUPT' : 'KILL' };
}

function planFault(random: Random, dialect: Dialect, possible: readonly Trigger[]): Fault {
  const kinds = faultKinds.filter((kind) => (onlyOn[kind] ?? dialect) === dialect);
  let left = random.next() * kinds.reduce((sum, kind) => sum + weights[kind], 0);
  const kind = kinds.find((each) => {
    left -= weights[each];
    return left < 0;
  });
  return {
    kind: kind ?? random.pick(kinds),
    ...planTrigger(random, possible),
    length: kind?.endsWith('frozen') ? random.integer(8_000, 20_000) : random.integer(100, 2_500),
    shift: random.pick(shifts) * random.pick([1, -1]),
    which: random.integer(0, 1),
  };
}
