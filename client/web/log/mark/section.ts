// Owns the sections of a log that can be collapsed, computed from its marks. Pure. Owns no mark (mark.ts) and no markup (row.tsx).
import { beginningOf } from '../../../../schema/text/beginning.ts';
import type { Mark } from './mark.ts';

/** Consecutive lines that belong together. Two sections are either nested or do not overlap. */
export interface Section {
  /** Its first line: a status, or “Started …”. */
  readonly first: number;
  /** Its last line, at least `first`; null while the section is open. */
  readonly last: number | null;
  /** What scap said, shortened to {@link maxTitleLength}. */
  readonly title: string;
  /** When it started, in milliseconds since 1970. */
  readonly from: number;
  /**
   * When it ended, in milliseconds since 1970; null while the section is open. A step that ends after its outer section keeps its own time here,
   * although `last` is cut to the outer section.
   */
  readonly to: number | null;
  /** How many sections it is nested in: 0 to {@link maxLevels} - 1. */
  readonly level: number;
  /** `phase`: a status of scap. `step`: “Started …” to its “Finished …”. */
  readonly kind: 'phase' | 'step';
}

/** Sections nested deeper are left out: a hostile log can nest without end. */
export const maxLevels = 6;

/** The longest title, in UTF-16 units. A status can have a thousand characters, and the title labels a button. */
const maxTitleLength = 80;

/** How the log ends, for sections that no mark closes. */
export interface LogEnd {
  /** Whether these are all marks the log will ever have. */
  readonly complete: boolean;
  /** When the job ended, in milliseconds since 1970; null if not yet, or unknown. */
  readonly endedAt: number | null;
}

/** A section whose end is not decided yet. */
interface Draft {
  readonly first: number;
  readonly title: string;
  readonly from: number;
  readonly kind: Section['kind'];
  /** Infinity while the section is open. */
  last: number;
  to: number | null;
}

/**
 * The sections of a log, ordered by first line; empty for a log without marks.
 *
 * A phase lasts until the next status, until scap exits, or until the step it was announced in ends. A step lasts from “Started …” to its
 * “Finished …”: the first one of the same name that no later step claims. A step without one ends at the next status once the log is complete.
 * Overlapping steps are cut so that they nest. Takes linear time.
 */
export function sectionsOf(marks: readonly Mark[], end: LogEnd): readonly Section[] {
  const ordered = inLineOrder(marks);
  const exit = ordered.find(({ kind }) => kind === 'EXIT');
  const endedAt = end.complete ? (end.endedAt ?? timeOf(exit ?? ordered.at(-1))) : null;
  const steps = stepsOf(ordered, end.complete, endedAt);
  return withLevels([...steps, ...phasesOf(ordered, steps, endedAt)]);
}

const timeOf = (mark: Mark | undefined): number | null => (mark === undefined ? null : Date.parse(mark.at));

/** Drops marks whose line is not after the one before. */
function inLineOrder(marks: readonly Mark[]): readonly Mark[] {
  let last = 0;
  return marks.filter(({ number }) => {
    if (number <= last) return false;
    last = number;
    return true;
  });
}

/** The steps, cut so that they nest. */
function stepsOf(marks: readonly Mark[], complete: boolean, endedAt: number | null): readonly Draft[] {
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
  if (complete) closeUnfinished(marks, steps, endedAt);
  cutOverlaps(steps);
  return steps;
}

/** Ends each step at the latest with the step it started in. */
function cutOverlaps(steps: readonly Draft[]): void {
  const enclosing: Draft[] = [];
  for (const step of steps) {
    while (enclosing.length > 0 && (enclosing.at(-1)?.last ?? 0) < step.first) enclosing.pop();
    const outer = enclosing.at(-1);
    if (outer !== undefined) step.last = Math.min(step.last, outer.last);
    enclosing.push(step);
  }
}

/** Ends each step without a “Finished …” at the next status or exit. */
function closeUnfinished(marks: readonly Mark[], steps: readonly Draft[], endedAt: number | null): void {
  let at = 0;
  for (const step of steps) {
    if (step.last !== Number.POSITIVE_INFINITY) continue;
    while (at < marks.length && !((marks[at]?.number ?? 0) > step.first && endsPhase(marks[at]))) at++;
    const next = marks[at];
    if (next !== undefined) step.last = next.number - 1;
    step.to = Math.max(step.from, timeOf(next) ?? endedAt ?? step.from);
  }
}

const endsPhase = (mark: Mark | undefined): boolean => mark?.kind === 'STATUS' || mark?.kind === 'EXIT';

/** The phases. Each is nested in the step it was announced in, and ends before a step that outlasts it. */
function phasesOf(marks: readonly Mark[], steps: readonly Draft[], endedAt: number | null): readonly Draft[] {
  const phases: Draft[] = [];
  /** The steps around the current mark, outermost first. */
  const enclosing: Draft[] = [];
  let nextStep = 0;
  let phase: Draft | null = null;
  /** How many steps enclose the open phase. */
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
      const inner = enclosing.at(-1);
      if (inner === undefined || inner.last >= mark.number) break;
      enclosing.pop();
      if (enclosing.length < depth) end(inner.last, inner.to ?? at);
    }
    if (endsPhase(mark)) {
      if (mark.kind === 'STATUS' && phase?.title === mark.text && enclosing.length === depth) continue;
      // A step that started during the phase and continues after it.
      const outlasting = enclosing[depth];
      if (outlasting === undefined) end(mark.number - 1, at);
      else end(outlasting.first - 1, outlasting.from);
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
        depth = enclosing.length;
      }
    }
    const step = steps[nextStep];
    if (step?.first === mark.number) {
      enclosing.push(step);
      nextStep++;
    }
  }
  if (phase !== null) {
    const step = enclosing[depth - 1];
    if (step !== undefined && step.last !== Number.POSITIVE_INFINITY) end(step.last, step.to ?? phase.from);
    else if (endedAt !== null) phase.to = Math.max(phase.from, endedAt);
  }
  return phases;
}

/** Adds the level to each section, and drops those that are nested too deeply. */
function withLevels(drafts: readonly Draft[]): readonly Section[] {
  const enclosing: Draft[] = [];
  const sections: Section[] = [];
  for (const draft of drafts.toSorted((one, other) => one.first - other.first)) {
    while (enclosing.length > 0 && (enclosing.at(-1)?.last ?? 0) < draft.first) enclosing.pop();
    const level = enclosing.length;
    enclosing.push(draft);
    if (level >= maxLevels) continue;
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

/** Shortens a title to {@link maxTitleLength}: between words if possible, never within a character. */
function shortTitle(title: string): string {
  if (title.length <= maxTitleLength) return title;
  const start = beginningOf(title, maxTitleLength - 1);
  const words = start.replace(/\s+\S*$/, '');
  return `${words.length > maxTitleLength / 2 ? words : start}…`;
}
