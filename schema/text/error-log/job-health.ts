// Owns what the error log says about a job and about production, as data. Pure. Not how it is computed (server/error-log/).
import type { StageName } from '../stage.ts';
import type { ErrorMessage, ErrorShare, ErrorTarget, TargetCounts } from './error-message.ts';
import type { ErrorRate, ErrorVerdict } from './error-rate.ts';

/** How current the counts are. Times in milliseconds since 1970. */
export interface ErrorLogSource {
  /** When the last search succeeded; null if none has. */
  readonly readAt: number | null;
  /** Why the last search failed, as a clause about the error log; null if it did not. */
  readonly problem: string | null;
  /** When the first search after the last successful one failed; null if none has. */
  readonly failingSince: number | null;
}

/** Errors since a stage of a job began, until the next one. */
export interface StageHealth {
  readonly name: StageName;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  /** Null if not known yet. */
  readonly rate: ErrorRate | null;
  readonly verdict: ErrorVerdict;
}

/** Errors of one target of a job. */
export interface TargetHealth {
  readonly target: ErrorTarget;
  /** In the hour before; null if not known. */
  readonly before: ErrorRate | null;
  /** Since the job reached it; null if it has not. */
  readonly since: ErrorRate | null;
  /** In the last minutes; null if not known. */
  readonly now: ErrorRate | null;
  readonly verdict: ErrorVerdict;
}

/** What the error log says about a job. */
export interface JobHealth {
  readonly jobId: number;
  readonly source: ErrorLogSource;
  readonly verdict: ErrorVerdict;
  /** In the hour before its start; null if not known. */
  readonly before: ErrorRate | null;
  /** Since it first reached a server, or else since its start; null if not known. */
  readonly since: ErrorRate | null;
  /** In the last minutes; null if not known. */
  readonly now: ErrorRate | null;
  readonly stages: readonly StageHealth[];
  readonly targets: readonly TargetHealth[];
  /** Errors of each minute since `trendFrom`. */
  readonly trend: readonly number[];
  /** Null if nothing is known. */
  readonly trendFrom: number | null;
  readonly messages: readonly ErrorMessage[];
  /** When it is no longer watched; null if it has not ended. */
  readonly watchedUntil: number | null;
  /** What is known after its end; null if it has not ended, or is not watched then. */
  readonly watch: ErrorWatch | null;
}

/** What the error log says about a time span until now. */
export interface ErrorRange {
  readonly from: number;
  readonly to: number;
  /** Null if not known. */
  readonly total: ErrorRate | null;
  /** About the last minutes. */
  readonly verdict: ErrorVerdict;
  readonly targets: TargetCounts;
  readonly trend: readonly number[];
  readonly versions: readonly ErrorShare[];
  readonly messages: readonly ErrorMessage[];
  /** Errors whose messages were not read, because there are too many. */
  readonly otherErrors: number;
}

/** What is known of a job after its end. `unknown`: the error log did not answer, or the errors before the job are not known. */
export const watchStates = ['watching', 'quiet', 'rose', 'unknown'] as const;
export type WatchState = (typeof watchStates)[number];

/** The watch over errors after the end of a job. */
export interface ErrorWatch {
  readonly state: WatchState;
  /** When it was decided; null if it is not. */
  readonly at: number | null;
  readonly until: number;
  /** As text. */
  readonly text: string;
}

/** A verdict as a sentence about the time after a deployment. Pure. */
export const watchText = (state: WatchState, verdict: string): string =>
  ({
    watching: 'Errors are being watched.',
    quiet: 'Quiet since the end.',
    rose: `Errors rose after the deployment: ${verdict}.`,
    unknown: 'The error log did not answer, so it is not known whether errors rose.',
  })[state];
