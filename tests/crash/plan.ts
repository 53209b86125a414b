// Owns the plan of a round: what its program does, who answers, when it is stopped, what is struck when. Pure: decided by seed and number alone.
import type { Dialect } from '../../schema/model/store/database.ts';
import { Random } from './random.ts';

/** What a program does next. Times in milliseconds. Everything it prints ends with a newline. */
export type Step =
  /** Lines one by one, with pauses between them. */
  | { readonly type: 'slow'; readonly lines: number; readonly pause: number }
  /** Lines in one write. */
  | { readonly type: 'burst'; readonly lines: number }
  /** Lines as fast as they are read. */
  | { readonly type: 'flood'; readonly lines: number }
  /** One line, longer than what is kept in one piece. */
  | { readonly type: 'long'; readonly characters: number }
  /** Lines in pieces of so many bytes, characters torn apart, with pauses between the pieces. */
  | { readonly type: 'pieces'; readonly bytes: number; readonly pause: number }
  /** Lines with bytes that are no UTF-8. */
  | { readonly type: 'bad bytes' }
  /** A question, and its answer awaited. The nonce is in the prompt and in every answer. */
  | { readonly type: 'question'; readonly kind: 'choices' | 'text'; readonly nonce: string };

/** When something is done to a round: as soon as … */
export const moments = [
  /** the start is asked for, */
  'sent',
  /** the start is acknowledged, */
  'queued',
  /** a jobrunner has claimed it, as its followers see, */
  'claimed',
  /** the program has done its first instruction, */
  'started',
  /** a question is seen, */
  'asked',
  /** an answer is acknowledged, */
  'answered',
  /** a stop is acknowledged, */
  'stopped',
  /** a flood begins, */
  'flood',
  /** the program is about to exit. */
  'end',
] as const;
export type Moment = (typeof moments)[number];

/** What is done to the surroundings of a job. */
export const blowKinds = [
  'jobrunner killed',
  'jobrunner restarted',
  'jobrunner paused',
  'server killed',
  'server restarted',
  'server paused',
  'supervisor killed',
  'supervisor paused',
  'database locked',
  'connections cut',
  'PostgreSQL restarted',
] as const;
export type BlowKind = (typeof blowKinds)[number];

export interface Blow {
  readonly kind: BlowKind;
  readonly moment: Moment;
  /** Milliseconds after the moment. */
  readonly delay: number;
  /** How long a pause or a lock lasts, in milliseconds. */
  readonly length: number;
  /** Which of the servers or jobrunners it goes to. */
  readonly which: number;
}

/** What the program reads, in its directory. */
export interface ProgramPlan {
  readonly round: number;
  readonly lane: string;
  readonly steps: readonly Step[];
  /** Whether its last line lacks the newline. */
  readonly unfinished: boolean;
  /** 0 to 125. */
  readonly status: number;
}

export interface Plan extends ProgramPlan {
  /** How many people answer each question at once. */
  readonly people: number;
  readonly stop: {
    readonly moment: Moment;
    readonly delay: number;
    readonly how: 'INTERRUPT' | 'KILL';
  } | null;
  readonly blows: readonly Blow[];
}

/** How often each kind is dealt, in parts. A restart of PostgreSQL hits every round at once, and takes longest. */
const weights: Readonly<Record<BlowKind, number>> = {
  'jobrunner killed': 5,
  'jobrunner restarted': 3,
  'jobrunner paused': 3,
  'server killed': 5,
  'server restarted': 2,
  'server paused': 3,
  'supervisor killed': 4,
  'supervisor paused': 4,
  'database locked': 4,
  'connections cut': 4,
  'PostgreSQL restarted': 0.5,
};
const onlyOn: Readonly<Partial<Record<BlowKind, Dialect>>> = {
  'database locked': 'sqlite',
  'connections cut': 'postgresql',
  'PostgreSQL restarted': 'postgresql',
};

/** The most people who answer at once: as many codes has each question of choices. */
export const mostPeople = 4;

/** What person number `person` answers: nobody else does, and to no other question. */
export const answerOf = (nonce: string, person: number): string => `${nonce}-${person}`;

/** Plans a round. */
export function planRound(options: { seed: string; round: number; lane: string; dialect: Dialect }): Plan {
  const { seed, round, lane, dialect } = options;
  const random = new Random(`${seed}/${round}`);
  const steps = planSteps(random, round);
  const stop = random.chance(0.3) ? planStop(random, steps) : null;
  const coming = comingMoments(steps, stop !== null);
  return {
    round,
    lane,
    steps,
    unfinished: random.chance(0.3),
    status: random.chance(0.7) ? 0 : random.whole(1, 125),
    people: random.whole(2, mostPeople),
    stop,
    blows: Array.from({ length: random.whole(1, 3) }, () => planBlow(random, dialect, coming)),
  };
}

/** The moments that will come in a round with these steps. */
function comingMoments(steps: readonly Step[], stop: boolean): Moment[] {
  const has = (type: Step['type']): boolean => steps.some((step) => step.type === type);
  const only: { readonly [moment in Moment]?: boolean } = {
    asked: has('question'),
    answered: has('question'),
    flood: has('flood'),
    stopped: stop,
  };
  return moments.filter((moment) => only[moment] ?? true);
}

function planSteps(random: Random, round: number): Step[] {
  const count = random.whole(2, 6);
  return Array.from({ length: count }, (_, index): Step => {
    switch (
      random.pick(['slow', 'slow', 'burst', 'flood', 'long', 'pieces', 'bad bytes', 'ask', 'ask', 'ask'])
    ) {
      case 'slow':
        return { type: 'slow', lines: random.whole(3, 12), pause: random.whole(5, 60) };
      case 'burst':
        return { type: 'burst', lines: random.whole(50, 500) };
      case 'flood':
        return { type: 'flood', lines: random.whole(2_000, 15_000) };
      case 'long':
        return { type: 'long', characters: random.whole(60_000, 200_000) };
      case 'pieces':
        return { type: 'pieces', bytes: random.whole(1, 7), pause: random.whole(0, 4) };
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

/** Half of all moments are any; half are those at which something is about to be written down. */
function planMoment(random: Random, coming: readonly Moment[]): { moment: Moment; delay: number } {
  return random.chance(0.5)
    ? { moment: random.pick(['queued', 'claimed', 'started']), delay: random.whole(0, 2_000) }
    : { moment: random.pick(coming), delay: random.chance(0.5) ? 0 : random.whole(0, 30) };
}

/** Seldom before the job was started: that ends it before anything can go wrong with it. */
function planStop(random: Random, steps: readonly Step[]): Plan['stop'] {
  const coming = comingMoments(steps, false);
  const late = coming.filter((moment) => !['sent', 'queued', 'claimed', 'end'].includes(moment));
  const when = random.chance(0.2)
    ? planMoment(random, coming)
    : { moment: random.pick(late), delay: random.whole(0, 200) };
  return { ...when, how: random.chance(0.8) ? 'INTERRUPT' : 'KILL' };
}

function planBlow(random: Random, dialect: Dialect, coming: readonly Moment[]): Blow {
  const kinds = blowKinds.filter((kind) => (onlyOn[kind] ?? dialect) === dialect);
  let left = random.next() * kinds.reduce((sum, kind) => sum + weights[kind], 0);
  const kind = kinds.find((each) => {
    left -= weights[each];
    return left < 0;
  });
  return {
    kind: kind ?? random.pick(kinds),
    ...planMoment(random, coming),
    length: random.whole(100, 2_500),
    which: random.whole(0, 1),
  };
}
