// Example: a bot that announces questions in a chat and passes on answers. Here the chat is the terminal: messages are printed, and a line `JOB CODE`
// answers the open question of a job. Replace `announce` and `messages` by those of your chat.
import { createInterface } from 'node:readline';
import {
  type Client,
  createClient,
  type Interaction,
  type Job,
  jobUrl,
  SpiderPigError,
} from 'spiderpig/client';

const url = process.env['SPIDERPIG_URL'] ?? 'http://127.0.0.1:8888';
const token = process.env['SPIDERPIG_TOKEN'] ?? '';
const end = new AbortController();

const announce = (text: string): void => console.log(text);
const messages = createInterface({ input: process.stdin });

/** The open questions, by job. */
const open = new Map<string, Interaction>();

/** Announces each question once, who answered it, and the end of each job. */
async function announceQuestions(client: Client): Promise<void> {
  for await (const job of client.watchJobs(end.signal)) {
    const before = open.get(job.id);
    const question = job.pendingInteraction;
    if (before && before.id !== question?.id) await announceAnswer(client, job, before);
    if (question && question.id !== before?.id) {
      open.set(job.id, question);
      const choices = question.choices.map(({ label, code }) => `${code} (${label})`).join(', ');
      announce(
        `Job ${job.id} of ${job.owner.name} asks: ${question.prompt} ${choices} ${jobUrl(url, job.id)}`,
      );
    }
    if (job.ended) announce(`Job ${job.id} has ended: ${job.outcome}. ${job.reason ?? ''}`);
  }
}

async function announceAnswer(client: Client, job: Job, { id }: Interaction): Promise<void> {
  open.delete(job.id);
  const closed = (await client.interactions(job.id))?.find((question) => question.id === id);
  if (closed?.answeredBy) announce(`Job ${job.id}: ${closed.answeredBy.name} answered ${closed.answer}`);
}

async function passOnAnswers(client: Client): Promise<void> {
  for await (const message of messages) {
    const [job = '', answer = ''] = message.trim().split(' ');
    const question = open.get(job);
    if (!question) {
      announce(`Job ${job} asks nothing.`);
      continue;
    }
    const result = await client.answerInteraction({ interactionId: question.id, answer });
    if (result.__typename !== 'AnswerInteractionSuccess') announce(result.message);
  }
  // The chat has closed.
  end.abort();
}

try {
  await using client = createClient({ url, token, clientName: 'chat-bot', clientVersion: '1.0' });
  // Without it, a wrong token would be noticed only with the first question.
  if ((await client.viewer()) === null) throw new Error('The server does not know who this is.');
  const [questions, answers] = await Promise.allSettled([announceQuestions(client), passOnAnswers(client)]);
  if (answers.status === 'rejected') throw answers.reason;
  if (questions.status === 'rejected' && !end.signal.aborted) throw questions.reason;
} catch (error) {
  const hint =
    error instanceof SpiderPigError && error.kind === 'unauthenticated' ? ' (SPIDERPIG_TOKEN)' : '';
  console.error(`${error instanceof Error ? error.message : error}${hint}`);
  messages.close();
  process.exitCode = 1;
}
