// Owns questions for resolvers: loading and answering them. Not which of several answers is accepted (schema/model/job/interaction.ts).
import type { Logger } from 'pino';
import type { Interactions, ListPart } from '../../schema/graphql/context.ts';
import { answerInteraction, claimInteraction, Interaction } from '../../schema/model/job/interaction.ts';
import type { Database } from '../../schema/model/store/database.ts';
import { Batch, byKey, PartBatch } from '../graphql/batch.ts';

/** Questions in the database. */
export class DatabaseInteractions implements Interactions {
  readonly #db: Database;
  readonly #logger: Logger;
  readonly #ofJob: PartBatch<Interaction>;
  readonly #pending: Batch<number, Interaction>;

  constructor(db: Database, logger: Logger) {
    this.#db = db;
    this.#logger = logger;
    this.#ofJob = new PartBatch(({ jobs, part, limit }) =>
      db
        .em()
        .find(
          Interaction,
          { job: { $in: [...jobs] }, id: { $gt: part.after } },
          { orderBy: { id: part.last ? 'desc' : 'asc' }, limit },
        ),
    );
    this.#pending = new Batch(async (jobIds) => {
      const open = { job: { $in: [...jobIds] }, answeredAt: null, closedAt: null };
      return byKey(await db.em().find(Interaction, open), (interaction) => interaction.job);
    });
  }

  ofJob(jobId: number, part: ListPart): Promise<readonly Interaction[]> {
    return this.#ofJob.load(jobId, part);
  }

  async pending(jobId: number): Promise<Interaction | null> {
    return (await this.#pending.load(jobId)) ?? null;
  }

  async answer(request: Parameters<Interactions['answer']>[0]): Promise<Interaction> {
    const interaction = await answerInteraction(this.#db, request);
    const { id, job } = interaction;
    // Without the answer: a text can be a secret.
    this.#logger.info({ user: request.user.name, job, interaction: id }, 'question answered');
    return interaction;
  }

  claim(request: Parameters<Interactions['claim']>[0]): Promise<Interaction> {
    return claimInteraction(this.#db, request);
  }
}
