// Owns the plain page of a job, `/jobs/N/plain`: its state, its question and the end of its log, to read only. Not who may see it (route.ts).
import { rowNumber } from '../../schema/graphql/id.ts';
import { User } from '../../schema/model/account/user.ts';
import type { Change } from '../../schema/model/job/change.ts';
import { type Interaction, pendingInteraction } from '../../schema/model/job/interaction.ts';
import type { Job } from '../../schema/model/job/job.ts';
import { outcomeOfState } from '../../schema/model/job/outcome.ts';
import { hasEnded } from '../../schema/model/job/state.ts';
import { countLines, readLines } from '../../schema/model/log/log.ts';
import { readPartialLine } from '../../schema/model/log/partial-line.ts';
import type { Database } from '../../schema/model/store/database.ts';
import { harmlessName } from '../../schema/text/harmless.ts';
import { safeAddress } from '../../schema/text/link.ts';
import { safeCut } from '../../schema/text/terminal/cut.ts';
import { visibleText } from '../../schema/text/terminal/terminal-line.ts';
import { terminalQuestion } from '../../schema/text/terminal/terminal-question.ts';
import type { Exchange } from '../http/exchange.ts';
import { hiddenLine } from '../log/download.ts';
import { type Content, html, type Markup } from './html.ts';
import { moment, sendPlainPage } from './page.ts';

/** How many lines of the log are shown. */
const shownLines = 200;
/** How much of a line is shown, in UTF-16 units. */
const longestLine = 2_000;
/** Seconds until the browser loads the page of a job that has not ended again. */
const refresh = 15;

/** The state of a job as text, with the outcome once it has ended. Pure. */
export const stateText = ({ state, outcome }: Job): string =>
  hasEnded(state) ? (outcome ?? outcomeOfState(state) ?? state).replaceAll('_', ' ') : state;

/** Sends the page of a job; 404 for an unknown job. */
export async function sendJobPage(exchange: Exchange): Promise<void> {
  const { context, path } = exchange;
  const id = rowNumber(path.split('/', 3)[2] ?? '');
  const job = id === null ? null : await context.sources.jobs.load(id);
  if (!job)
    return sendPlainPage(exchange, {
      status: 404,
      title: 'Job not found',
      body: html`<p>This job does not exist.</p>`,
    });
  const { db } = context;
  const [question, log, owner, responsible] = await Promise.all([
    pendingInteraction(db.em(), job.id),
    logEnd(db, job.id),
    nameOf(db, job.owner),
    job.responsible == null ? null : nameOf(db, job.responsible),
  ]);
  sendPlainPage(exchange, {
    title: `Job ${job.id}: ${job.title}`,
    refresh: hasEnded(job.state) ? null : refresh,
    body: html`${question && questionSection(question)}
      ${facts(job, { owner, responsible })}
      ${logSection(job.id, log)}`,
  });
}

const nameOf = async (db: Database, id: number): Promise<string> =>
  harmlessName((await db.em().findOneOrFail(User, { id })).name);

/** What the command that answers a question can end in. A code that a shell could take for more than a word is not shown there. Pure. */
export function sampleAnswer([first]: Interaction['choices']): string {
  if (first === undefined) return '"TEXT"';
  return /^\w[\w.-]*$/.test(first.code) ? first.code : 'CODE';
}

/** The open question. It cannot be answered here: an answer needs more proof than a link without scripts can give. */
const questionSection = (question: Interaction): Markup => html`<section>
  <h2>Needs an answer</h2>
  <p>Asked ${moment(question.askedAt)}.</p>
  <pre class="question">${terminalQuestion(question)}</pre>
  <p>This page cannot answer it. On the deployment host, run
    <code>spiderpig answer ${question.job} ${sampleAnswer(question.choices)}</code>${
      question.choices.length > 0 ? html`, with the code of the answer that you choose` : null
    }.</p>
</section>`;

function facts(job: Job, { owner, responsible }: { owner: string; responsible: string | null }): Markup {
  const rows: readonly (readonly [string, Content])[] = [
    ['State', stateText(job)],
    ['Status', job.status],
    ['Reason', job.reason],
    ['Owner', owner],
    ['Responsible', responsible],
    ['Lane', job.lane],
    ['Queued', moment(job.queuedAt)],
    ['Started', job.startedAt == null ? null : moment(job.startedAt)],
    ['Finished', job.finishedAt == null ? null : moment(job.finishedAt)],
    ['Changes', job.changes.length === 0 ? null : html`<ul>${job.changes.map(changeItem)}</ul>`],
  ];
  return html`<dl>${rows
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

function changeItem({ number, url, subject }: Change): Markup {
  const address = url === null ? null : safeAddress(url);
  const name = address === null ? number : html`<a href="${address}">${number}</a>`;
  return html`<li>${name} ${subject}</li>`;
}

/** The last lines of a log, as a terminal shows them. */
interface LogEnd {
  readonly total: number;
  readonly lines: readonly string[];
}

async function logEnd(db: Database, jobId: number): Promise<LogEnd> {
  const total = await countLines(db, jobId);
  const lines: string[] = [];
  for (let after = Math.max(0, total - shownLines); after < total; ) {
    const read = await readLines(db, jobId, after, total - after);
    if (read.length === 0) break;
    lines.push(...read.map(shownLine));
    after += read.length;
  }
  const partial = await readPartialLine(db, jobId);
  return { total, lines: partial === null ? lines : [...lines, shownLine(partial)] };
}

function shownLine({ text, sensitive }: { readonly text: string; readonly sensitive: boolean }): string {
  if (sensitive) return hiddenLine;
  const visible = visibleText(text);
  return visible.length <= longestLine ? visible : `${visible.slice(0, safeCut(visible, longestLine))}…`;
}

const logSection = (jobId: number, { total, lines }: LogEnd): Markup => html`<section>
  <h2>Log</h2>
  ${
    total > shownLines
      ? html`<p>The last ${shownLines} of ${total} lines. <code>spiderpig log ${jobId}</code> prints all of them.</p>`
      : null
  }
  ${lines.length === 0 ? html`<p>No lines yet.</p>` : html`<pre>${lines.join('\n')}</pre>`}
</section>`;
