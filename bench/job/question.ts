// Owns measuring the latency of a question from scap to a client, and of its answer from the client to scap's stdin.
import { setTimeout as wait } from 'node:timers/promises';
import { program } from '../../tests/support/world.ts';
import { type Figure, figureOf } from '../report/figure.ts';
import { reference } from '../report/reference.ts';
import { jobEnded, outputOf, startJob } from '../support/job.ts';
import { type Bench, millisecondsBetween, now } from '../support/section.ts';
import { runDirectly } from './direct.ts';

/** The delay before an answer and between questions, in milliseconds: long enough for everything to be idle again. */
const pause = 30;

/** When `asks-clock` asked, from its prompt; when it was answered, from the line it prints. */
const askedAt = (text: string): bigint => BigInt(/asked at (\d+)/.exec(text)?.[1] ?? 0);
const answeredAt = (text: string): bigint | null => {
  const nanoseconds = /"answered": "(\d+)"/.exec(text)?.[1];
  return nanoseconds === undefined ? null : BigInt(nanoseconds);
};

interface Took {
  readonly prompt: number[];
  readonly answer: number[];
}

async function directly(events: number, signal: AbortSignal): Promise<Took> {
  const took: Took = { prompt: [], answer: [] };
  let sent = 0n;
  await runDirectly(program('question/asks-clock', events), signal, (line, say) => {
    const at = now();
    const answered = answeredAt(line);
    if (answered !== null) {
      took.answer.push(millisecondsBetween(sent, answered));
    } else if (line.includes('asked at')) {
      took.prompt.push(millisecondsBetween(askedAt(line), at));
      sent = now();
      say('y');
    }
  });
  return took;
}

async function asked(bench: Bench, events: number): Promise<Took> {
  const { signal } = bench;
  const took: Took = { prompt: [], answer: [] };
  const sent: bigint[] = [];
  await using world = await bench.open({ scap: program('question/asks-clock', events, pause) });
  const token = await world.token();
  const id = await startJob(world, token);
  const updates = world.subscribe<{
    jobUpdates: { state: string; pendingInteraction: { id: string; prompt: string } | null };
  }>(
    token,
    'subscription Asked($id: ID) { jobUpdates(id: $id) { state pendingInteraction { id prompt choices { code label } } } }',
    { id },
  );
  let last = '';
  let answering: Promise<void> = Promise.resolve();
  for await (const { jobUpdates } of updates) {
    const at = now();
    const question = jobUpdates.pendingInteraction;
    if (!question || question.id === last) continue;
    // The first question may have been asked before the subscription began.
    if (last !== '') took.prompt.push(millisecondsBetween(askedAt(question.prompt), at));
    last = question.id;
    answering = answering.then(async () => {
      await wait(pause, undefined, { signal });
      sent.push(now());
      const { answerInteraction } = await world.run<{ answerInteraction: { __typename: string } }>(
        token,
        'mutation Answer($input: AnswerInteractionInput!) { answerInteraction(input: $input) { __typename } }',
        { input: { interactionId: question.id, answer: 'y' } },
      );
      if (answerInteraction.__typename !== 'AnswerInteractionSuccess') {
        throw new Error(`the answer was refused: ${answerInteraction.__typename}`);
      }
    });
  }
  await answering;
  await jobEnded(world, token, id, signal);
  const output = await outputOf(world, token, id);
  for (const line of output) {
    const answered = answeredAt(line);
    const from = sent[took.answer.length];
    if (answered !== null && from !== undefined) took.answer.push(millisecondsBetween(from, answered));
  }
  return took;
}

/** Measures questions and answers. */
export async function measureQuestions(bench: Bench): Promise<Figure[]> {
  const events = bench.quick ? 20 : 210;
  const direct = await directly(Math.ceil(events / 2), bench.signal);
  const took = await asked(bench, events);
  return [
    figureOf('prompt printed → client', 'ms', took.prompt, {
      baseline: ['the same prompt through a pipe', direct.prompt],
      reference: reference.prompt,
    }),
    figureOf('answer sent → on stdin', 'ms', took.answer, {
      baseline: ['the same answer through a pipe', direct.answer],
      reference: reference.answer,
    }),
  ];
}
