// Example: a script that deploys changes, answers the questions that it knows with “yes”, and waits for the end. Exit status 0: deployed.
// A question that it does not know waits for a person on the page.
import { createClient, jobUrl, SpiderPigError } from 'spiderpig/client';

const url = process.env['SPIDERPIG_URL'] ?? 'http://127.0.0.1:8888';
const token = process.env['SPIDERPIG_TOKEN'] ?? '';
const known = new Set(['backport.confirm', 'testservers.continue']);

try {
  await using client = createClient({ url, token, clientName: 'deploy-script' });
  const started = await client.startBackport({ changes: process.argv.slice(2) });
  if (started.__typename !== 'StartBackportSuccess') throw new Error(started.message);
  const { id } = started.job;
  console.log(`Job ${id}: ${jobUrl(url, id)}`);
  let answered: string | null = null;
  for await (const job of client.watchJob(id)) {
    const question = job.pendingInteraction;
    if (question && question.id !== answered && known.has(question.key ?? '')) {
      answered = question.id;
      const result = await client.answerInteraction({ interactionId: question.id, answer: 'y' });
      console.log(`${question.key}: ${result.__typename}`);
    }
    if (job.ended) {
      console.log(`${job.outcome}: ${job.reason}`);
      process.exitCode = job.outcome === 'DEPLOYED' ? 0 : 1;
    }
  }
} catch (error) {
  // `kind`, `code` and `recorded` of a SpiderPigError say what a retry can do.
  const why = error instanceof SpiderPigError ? `${error.kind} (${error.code ?? 'no code'}): ` : '';
  console.error(`${why}${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
