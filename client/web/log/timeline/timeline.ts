// Owns a job's timeline: phases, questions, stops and errors with their times and lines. Pure. Owns no section (section.ts) and no layout (timeline-part.ts).
import type { LogMarkKind } from '../../../generated/graphql.ts';
import type { Mark } from '../mark/mark.ts';
import { maxLevels, type Section, sectionsOf } from '../mark/section.ts';

/** A question of the job, as the job page has it. */
export interface AskedQuestion {
  readonly id: string;
  readonly prompt: string;
  readonly askedAt: string;
  readonly answeredAt: string | null;
  readonly answeredBy: { readonly name: string } | null;
}

/** A stop of the job, as the job page has it. */
export interface RequestedStop {
  readonly id: string;
  readonly requestedAt: string;
  readonly requestedBy: { readonly name: string };
}

/** An entry of the timeline. Times are milliseconds since 1970. `line` is the line to jump to; null if not known (yet). */
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
      /** When it was answered, or when the job ended; null while it waits. */
      readonly to: number | null;
      /** The name of the user who answered; null for no answer (yet). */
      readonly by: string | null;
      readonly line: number | null;
    }
  | { readonly kind: 'stop'; readonly at: number; readonly by: string; readonly line: number | null }
  | { readonly kind: 'error'; readonly title: string; readonly at: number; readonly line: number };

/** A job from its start to its end, in milliseconds since 1970. */
export interface Timeline {
  readonly from: number;
  /** Null while the job runs. */
  readonly to: number | null;
  readonly items: readonly TimelineItem[];
}

/** What the timeline needs to know about a job. Times are ISO 8601 strings. */
export interface TimelineJob {
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly interactions: readonly AskedQuestion[];
  readonly stops: readonly RequestedStop[];
}

/** The timeline of a job; null before the job has started. */
export function timelineOf(job: TimelineJob, marks: readonly Mark[], complete: boolean): Timeline | null {
  if (job.startedAt === null) return null;
  const from = Date.parse(job.startedAt);
  const to = job.finishedAt === null ? null : Math.max(from, Date.parse(job.finishedAt));
  const sections = sectionsOf(marks, { complete: complete || to !== null, endedAt: to });
  const items: TimelineItem[] = [
    ...mainSections(sections).map(
      ({ title, from, to, first }) => ({ kind: 'phase', title, from, to, line: first }) as const,
    ),
    ...questionItems(job.interactions, marks, to),
    ...stopItems(job.stops, marks),
    ...marks
      .filter(({ kind }) => kind === 'ERROR')
      .map(
        ({ text, at, number }) => ({ kind: 'error', title: text, at: Date.parse(at), line: number }) as const,
      ),
  ];
  return { from, to, items: items.toSorted((one, other) => startOf(one) - startOf(other)) };
}

/** @param jobEnd when an unanswered question stopped waiting; null while the job runs */
function questionItems(
  questions: readonly AskedQuestion[],
  marks: readonly Mark[],
  jobEnd: number | null,
): readonly TimelineItem[] {
  const lineAt = lineFinder(groupsOf(marks, 'QUESTION'));
  return byTime(questions, ({ askedAt }) => askedAt).map(({ prompt, askedAt, answeredAt, answeredBy }) => {
    const from = Date.parse(askedAt);
    const to = answeredAt === null ? jobEnd : Date.parse(answeredAt);
    return {
      kind: 'question',
      title: prompt,
      from,
      to: to === null ? null : Math.max(from, to),
      by: answeredBy?.name ?? null,
      line: lineAt(from),
    };
  });
}

function stopItems(stops: readonly RequestedStop[], marks: readonly Mark[]): readonly TimelineItem[] {
  const lineAt = lineFinder(groupsOf(marks, 'STOP'));
  return byTime(stops, ({ requestedAt }) => requestedAt).map(({ requestedAt, requestedBy }) => {
    const at = Date.parse(requestedAt);
    return { kind: 'stop', at, by: requestedBy.name, line: lineAt(at) };
  });
}

/** When an item starts, in milliseconds since 1970. */
export const startOf = (item: TimelineItem): number => ('at' in item ? item.at : item.from);

const byTime = <Value>(values: readonly Value[], at: (value: Value) => string): readonly Value[] =>
  values.toSorted((one, other) => Date.parse(at(one)) - Date.parse(at(other)));

/** The outermost sections; if one encloses all others, the sections directly inside it. */
function mainSections(sections: readonly Section[]): readonly Section[] {
  for (let level = 0; level < maxLevels; level++) {
    const here = sections.filter((section) => section.level === level);
    const deeper = sections.filter((section) => section.level === level + 1);
    if (here.length !== 1 || deeper.length < 2) return here;
  }
  return [];
}

/** The first mark of each run of consecutive lines of one kind: a question with several lines is one question. */
function groupsOf(marks: readonly Mark[], kind: LogMarkKind): readonly Mark[] {
  let before = -1;
  return marks.filter((mark) => {
    if (mark.kind !== kind) return false;
    const begins = mark.number !== before + 1;
    before = mark.number;
    return begins;
  });
}

/** Finds the line recorded closest to a time. Called with ascending times, it returns each line at most once. */
function lineFinder(marks: readonly Mark[]): (at: number) => number | null {
  let next = 0;
  const distance = (index: number, at: number): number => {
    const mark = marks[index];
    return mark === undefined ? Number.POSITIVE_INFINITY : Math.abs(Date.parse(mark.at) - at);
  };
  return (at) => {
    while (distance(next + 1, at) < distance(next, at)) next++;
    const found = marks[next];
    next++;
    return found?.number ?? null;
  };
}
