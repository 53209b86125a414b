// Owns what the marks of a log amount to: its foldable sections, the job's timeline, the next mark of a kind. Pure. Owns no mark (server) and no drawing (timeline.tsx).
import type { LogMarkKind } from '../../generated/graphql.ts';

/** A line by which somebody finds their way in a log, as the server tells it. */
export interface Mark {
  readonly number: number;
  readonly at: string;
  readonly kind: LogMarkKind;
  readonly text: string;
}

/** Consecutive lines that belong together. Of two sections one lies within the other, or they share no line. */
export interface Section {
  /** The line that opens it: a status, or “Started …”. */
  readonly first: number;
  /** Its last line; null while it is open. Never before `first`. */
  readonly last: number | null;
  /** What scap said, shortened to {@link longestTitle}. */
  readonly title: string;
  /** Milliseconds since 1970. */
  readonly from: number;
  /**
   * When it was over; null while it is not. A step that ends after the section around it keeps its own time here,
   * while `last` is cut.
   */
  readonly to: number | null;
  /** How many sections are around it: from 0 to {@link mostLevels} - 1. */
  readonly level: number;
  /** `phase`: scap said a status · `step`: “Started …” and its “Finished …”. */
  readonly kind: 'phase' | 'step';
}

/** What is nested deeper is no section: nobody folds that, and a hostile log nests without end. */
export const mostLevels = 6;

/** The longest title of a section, in UTF-16 units: a status may be a thousand characters, and names a button here. */
export const longestTitle = 80;

/** How the job stands, for sections that nothing closes. */
export interface JobEnd {
  /** Whether no mark will come any more. */
  readonly complete: boolean;
  /** When the job ended, milliseconds since 1970; null: not yet, or not known. */
  readonly endedAt: number | null;
}

interface Draft {
  readonly first: number;
  readonly title: string;
  readonly from: number;
  readonly kind: Section['kind'];
  /** Infinity while it is open. */
  last: number;
  to: number | null;
}

/**
 * The sections of a log, in the order of their first lines; none for output that nobody knows.
 *
 * A status lasts until the next one, until scap ends, or as long as the step in which it was said. A step lasts from
 * “Started …” to the first “Finished …” of the same name that is not another's. A step that is never finished lasts, once the log is
 * complete, until the next status; steps that cross are cut, so that all can be folded. Takes time in proportion to the marks.
 */
export function sectionsOf(marks: readonly Mark[], end: JobEnd): readonly Section[] {
  const inOrder = ascending(marks);
  const exit = inOrder.find(({ kind }) => kind === 'EXIT');
  const over = end.complete ? (end.endedAt ?? timeOf(exit ?? inOrder.at(-1))) : null;
  const steps = stepsOf(inOrder, end.complete, over);
  return leveled([...steps, ...phasesOf(inOrder, steps, over)]);
}

const timeOf = (mark: Mark | undefined): number | null => (mark === undefined ? null : Date.parse(mark.at));

/** Without those that are not after the one before. */
function ascending(marks: readonly Mark[]): readonly Mark[] {
  let last = 0;
  return marks.filter(({ number }) => {
    if (number <= last) return false;
    last = number;
    return true;
  });
}

/** The steps, none crossing another. */
function stepsOf(marks: readonly Mark[], complete: boolean, over: number | null): readonly Draft[] {
  const steps: Draft[] = [];
  const open = new Map<string, Draft[]>();
  for (const mark of marks) {
    const from = Date.parse(mark.at);
    if (mark.kind === 'STARTED') {
      const step: Draft = {
        first: mark.number,
        title: mark.text,
        from,
        kind: 'step',
        last: Number.POSITIVE_INFINITY,
        to: null,
      };
      steps.push(step);
      const same = open.get(mark.text);
      if (same === undefined) open.set(mark.text, [step]);
      else same.push(step);
    } else if (mark.kind === 'FINISHED') {
      const step = open.get(mark.text)?.pop();
      if (step === undefined) continue;
      step.last = mark.number;
      step.to = Math.max(step.from, from);
    }
  }
  if (complete) closeUnfinished(marks, steps, over);
  const around: Draft[] = [];
  for (const step of steps) {
    while (around.length > 0 && (around.at(-1)?.last ?? 0) < step.first) around.pop();
    const outer = around.at(-1);
    if (outer !== undefined) step.last = Math.min(step.last, outer.last);
    around.push(step);
  }
  return steps;
}

/** Nothing is running any more: a step without its “Finished …” is taken to end where something else is said to begin. */
function closeUnfinished(marks: readonly Mark[], steps: readonly Draft[], over: number | null): void {
  let at = 0;
  for (const step of steps) {
    if (step.last !== Number.POSITIVE_INFINITY) continue;
    while (at < marks.length && !((marks[at]?.number ?? 0) > step.first && endsPhase(marks[at]))) at++;
    const next = marks[at];
    if (next !== undefined) step.last = next.number - 1;
    step.to = Math.max(step.from, timeOf(next) ?? over ?? step.from);
  }
}

const endsPhase = (mark: Mark | undefined): boolean => mark?.kind === 'STATUS' || mark?.kind === 'EXIT';

/** The phases; each within the step in which it was said, and never reaching into one that goes on after it. */
function phasesOf(marks: readonly Mark[], steps: readonly Draft[], over: number | null): readonly Draft[] {
  const phases: Draft[] = [];
  const around: Draft[] = [];
  let next = 0;
  let phase: Draft | null = null;
  let depth = 0;
  const end = (last: number, to: number): void => {
    if (phase === null) return;
    phase.last = last;
    phase.to = Math.max(phase.from, to);
    phase = null;
  };
  for (const mark of marks) {
    const at = Date.parse(mark.at);
    for (;;) {
      const inner = around.at(-1);
      if (inner === undefined || inner.last >= mark.number) break;
      around.pop();
      if (around.length < depth) end(inner.last, inner.to ?? at);
    }
    if (endsPhase(mark)) {
      if (mark.kind === 'STATUS' && phase?.title === mark.text && around.length === depth) continue;
      const goesOn = around[depth];
      if (goesOn === undefined) end(mark.number - 1, at);
      else end(goesOn.first - 1, goesOn.from);
      if (mark.kind === 'STATUS' && mark.text !== '') {
        phase = {
          first: mark.number,
          title: mark.text,
          from: at,
          kind: 'phase',
          last: Number.POSITIVE_INFINITY,
          to: null,
        };
        phases.push(phase);
        depth = around.length;
      }
    }
    const step = steps[next];
    if (step?.first === mark.number) {
      around.push(step);
      next++;
    }
  }
  if (phase !== null) {
    const step = around[depth - 1];
    if (step !== undefined && step.last !== Number.POSITIVE_INFINITY) end(step.last, step.to ?? phase.from);
    else if (over !== null) phase.to = Math.max(phase.from, over);
  }
  return phases;
}

/** With the level of each, and without what is too deep. */
function leveled(drafts: readonly Draft[]): readonly Section[] {
  const around: Draft[] = [];
  const sections: Section[] = [];
  for (const draft of drafts.toSorted((one, other) => one.first - other.first)) {
    while (around.length > 0 && (around.at(-1)?.last ?? 0) < draft.first) around.pop();
    const level = around.length;
    around.push(draft);
    if (level >= mostLevels) continue;
    const { first, last, title, from, to, kind } = draft;
    sections.push({
      first,
      last: last === Number.POSITIVE_INFINITY ? null : last,
      title: shortTitle(title),
      from,
      to,
      level,
      kind,
    });
  }
  return sections;
}

/** A title of at most {@link longestTitle}, cut between words where there are some, and never within a character. */
function shortTitle(title: string): string {
  if (title.length <= longestTitle) return title;
  const start = title.slice(0, longestTitle - 1);
  const words = start.replace(/\s+\S*$/, '');
  const kept = words.length > longestTitle / 2 ? words : start;
  return `${kept.isWellFormed() ? kept : kept.slice(0, -1)}…`;
}

/** A question of the job, as its page has it. */
export interface AskedQuestion {
  readonly id: string;
  readonly prompt: string;
  readonly askedAt: string;
  readonly answeredAt: string | null;
  readonly answeredBy: { readonly name: string } | null;
}

/** A stop of the job, as its page has it. */
export interface RequestedStop {
  readonly id: string;
  readonly requestedAt: string;
  readonly requestedBy: { readonly name: string };
}

/** What the timeline is made of. Times are milliseconds since 1970; `line` is where to jump, null when that is not known (yet). */
export type TimelineItem =
  | {
      readonly kind: 'phase';
      readonly title: string;
      readonly from: number;
      readonly to: number | null;
      readonly line: number;
    }
  | {
      readonly kind: 'question';
      readonly title: string;
      readonly from: number;
      /** Null while it waits. */
      readonly to: number | null;
      /** Null: nobody answered, or not yet. */
      readonly by: string | null;
      readonly line: number | null;
    }
  | { readonly kind: 'stop'; readonly at: number; readonly by: string; readonly line: number | null }
  | { readonly kind: 'error'; readonly title: string; readonly at: number; readonly line: number };

/** A job from its start to its end. */
export interface Timeline {
  readonly from: number;
  /** Null while it runs. */
  readonly to: number | null;
  readonly items: readonly TimelineItem[];
}

/** The timeline of a job; null before it has started. */
export function timelineOf(
  job: {
    readonly startedAt: string | null;
    readonly finishedAt: string | null;
    readonly interactions: readonly AskedQuestion[];
    readonly stops: readonly RequestedStop[];
  },
  marks: readonly Mark[],
  complete: boolean,
): Timeline | null {
  if (job.startedAt === null) return null;
  const from = Date.parse(job.startedAt);
  const to = job.finishedAt === null ? null : Math.max(from, Date.parse(job.finishedAt));
  const phases = mainSections(sectionsOf(marks, { complete: complete || to !== null, endedAt: to }));
  const questionLines = lineFinder(groupsOf(marks, 'QUESTION'));
  const stopLines = lineFinder(groupsOf(marks, 'STOP'));
  const items: TimelineItem[] = [
    ...phases.map(({ title, from, to, first }) => ({ kind: 'phase', title, from, to, line: first }) as const),
    ...byTime(job.interactions, ({ askedAt }) => askedAt).map(
      ({ prompt, askedAt, answeredAt, answeredBy }) => {
        const asked = Date.parse(askedAt);
        const answered = answeredAt === null ? to : Date.parse(answeredAt);
        return {
          kind: 'question',
          title: prompt,
          from: asked,
          to: answered === null ? null : Math.max(asked, answered),
          by: answeredBy?.name ?? null,
          line: questionLines(asked),
        } as const;
      },
    ),
    ...byTime(job.stops, ({ requestedAt }) => requestedAt).map(({ requestedAt, requestedBy }) => {
      const at = Date.parse(requestedAt);
      return { kind: 'stop', at, by: requestedBy.name, line: stopLines(at) } as const;
    }),
    ...marks
      .filter(({ kind }) => kind === 'ERROR')
      .map(
        ({ text, at, number }) => ({ kind: 'error', title: text, at: Date.parse(at), line: number }) as const,
      ),
  ];
  return { from, to, items: items.toSorted((one, other) => startOf(one) - startOf(other)) };
}

/** When an item begins. */
export const startOf = (item: TimelineItem): number => ('at' in item ? item.at : item.from);

const byTime = <Value>(values: readonly Value[], at: (value: Value) => string): readonly Value[] =>
  values.toSorted((one, other) => Date.parse(at(one)) - Date.parse(at(other)));

/** The outermost sections; of one that is around all others, those within it. */
function mainSections(sections: readonly Section[]): readonly Section[] {
  for (let level = 0; level < mostLevels; level++) {
    const here = sections.filter((section) => section.level === level);
    const deeper = sections.filter((section) => section.level === level + 1);
    if (here.length !== 1 || deeper.length < 2) return here;
  }
  return [];
}

/** The first of each run of marks of a kind: a question of several lines is one question. */
function groupsOf(marks: readonly Mark[], kind: LogMarkKind): readonly Mark[] {
  let before = -1;
  return marks.filter((mark) => {
    if (mark.kind !== kind) return false;
    const begins = mark.number !== before + 1;
    before = mark.number;
    return begins;
  });
}

/** Finds the line that was noted at about a moment; asked with moments in order, it never gives a line twice. */
function lineFinder(marks: readonly Mark[]): (at: number) => number | null {
  let next = 0;
  const away = (index: number, at: number): number => {
    const mark = marks[index];
    return mark === undefined ? Number.POSITIVE_INFINITY : Math.abs(Date.parse(mark.at) - at);
  };
  return (at) => {
    while (away(next + 1, at) < away(next, at)) next++;
    const found = marks[next];
    next++;
    return found?.number ?? null;
  };
}
