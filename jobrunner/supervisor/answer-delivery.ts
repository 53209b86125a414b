// Owns that each accepted answer is written to scap's stdin once, and that the log says when it was not.
import type { User } from '../../schema/model/account/user.ts';
import {
  answerLabel,
  Interaction,
  recordDelivery,
  recordFailedDelivery,
  undeliveredAnswers,
} from '../../schema/model/job/interaction.ts';
import type { Database } from '../../schema/model/store/database.ts';
import type { Child } from '../process/child.ts';
import type { JobClock } from './job-clock.ts';
import type { JobLog } from './job-log.ts';
import type { JobTrace } from './job-trace.ts';
import type { Recorder } from './recorder.ts';

/** What an {@link AnswerDelivery} works with. */
export interface AnswerDeliveryOptions {
  readonly database: Database;
  readonly jobId: number;
  readonly log: JobLog;
  readonly recorder: Recorder;
  /** The clock of the job. */
  readonly clock: JobClock;
  readonly trace: JobTrace;
}

/** Delivers the answers of one job. */
export class AnswerDelivery {
  readonly #options: AnswerDeliveryOptions;
  /** The row says so too, but it may be impossible to write: an answer must not be written twice for that. */
  readonly #delivered = new Map<string, string>();

  constructor(options: AnswerDeliveryOptions) {
    this.#options = options;
  }

  /** Writes an answer to scap's stdin, unless that was tried already. Resolves when the result is recorded: whether scap received it now. */
  async deliver(child: Child, interaction: Interaction, user: User): Promise<boolean> {
    const { log, clock } = this.#options;
    if (this.#delivered.has(placeOf(interaction))) return false;
    clock.follow(interaction.answeredAt);
    const answer = interaction.answer ?? '';
    const label = answerLabel(interaction);
    const quoted = interaction.kind === 'choices' ? `“${label}” (${answer})` : `“${answer}”`;
    this.#delivered.set(placeOf(interaction), `${user.name} answered ${quoted}`);
    try {
      await child.writeLine(answer);
    } catch {
      log.notes(
        'answer',
        `${user.name} answered ${quoted}, but scap no longer reads its input: the answer was not delivered.`,
      );
      await this.#record(recordFailedDelivery, interaction);
      return false;
    }
    log.notes('answer', `${user.name} answered ${quoted}`);
    this.#options.trace.delivered(interaction);
    await this.#record(recordDelivery, interaction);
    return true;
  }

  async #record(result: typeof recordDelivery, interaction: Interaction): Promise<void> {
    const { database, recorder, clock } = this.#options;
    const now = clock.now();
    await recorder.run(() => result(database, interaction, now));
  }

  /** Logs and records the answers that were accepted but came too late for scap. Call it once scap has ended. */
  async reportUndelivered(): Promise<void> {
    const { database, jobId, log, recorder, clock } = this.#options;
    let late: Awaited<ReturnType<typeof undeliveredAnswers>> = [];
    await recorder.run(async () => {
      late = await undeliveredAnswers(database.em(), jobId);
    });
    for (const { interaction, user } of late) {
      if (this.#delivered.has(placeOf(interaction))) continue;
      clock.follow(interaction.answeredAt);
      log.notes(
        'answer',
        `${user.name} answered “${answerLabel(interaction)}”, but scap had ended: the answer was not delivered.`,
      );
      await this.#record(recordFailedDelivery, interaction);
    }
  }

  /** Logs which delivered answers are no longer on record. Call it when the database has lost what was stored. */
  async reportLost(): Promise<void> {
    const { database, jobId, log, recorder } = this.#options;
    let known = new Set<string>();
    await recorder.run(async () => {
      const answered = await database.em().find(Interaction, { job: jobId, answeredAt: { $ne: null } });
      known = new Set(answered.map(placeOf));
    });
    for (const [place, text] of this.#delivered) {
      if (known.has(place)) continue;
      log.note('notice', `${text}: scap has received it, but it is no longer on record.`);
    }
  }
}

/** Identifies a question also in a database that has lost commits, where its number can be reused: the line is another one then. Pure. */
const placeOf = ({ id, lineNumber }: Interaction): string => `${id}/${lineNumber ?? ''}`;
