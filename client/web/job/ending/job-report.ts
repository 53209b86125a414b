// Owns the report of an ended job as text that people paste into a ticket or a channel. Pure. Owns no clipboard.
import { harmlessLabel, harmlessName } from '../../../../schema/text/harmless.ts';
import { questionText } from '../../../../schema/text/question-text.ts';
import type { JobDetailFragment } from '../../../generated/graphql.ts';
import { enumMsg, msg } from '../../i18n/msg.ts';
import { linesInWords } from '../../log/copy.ts';
import type { LogLine } from '../../log/line/line.ts';
import { duration } from '../../state/time.ts';
import { titleInWords } from '../parts/job-title.ts';
import { answerInWords } from '../question/interaction.ts';
import type { Stage } from '../stage/stage.ts';

/** `markdown`: for Phabricator's and most other trackers' comments. `wiki`: for MediaWiki pages. */
export type ReportFormat = 'markdown' | 'wiki';

/** How a format writes a heading, an item of a list, a link and code. The texts that it gets contain no line break. */
interface Markup {
  readonly heading: (text: string) => string;
  readonly item: (text: string) => string;
  readonly link: (text: string, url: string) => string;
  readonly code: (text: string) => string;
  /** Lines of code as a block. */
  readonly block: (lines: string) => string;
  /** Text that contains no markup. */
  readonly plain: (text: string) => string;
}

/** An address without characters that end a link or are markup. A browser opens the same address. Pure. */
const inMarkup = (url: string): string =>
  url.replaceAll(
    /[\s()'*<>[\]{|}"\\]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );

/** A run of backticks that ends no code which contains this text. Pure. */
function fenceFor(text: string, shortest: number): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  return '`'.repeat(Math.max(shortest, longest + 1));
}

const markups: Readonly<Record<ReportFormat, Markup>> = {
  markdown: {
    heading: (text) => `**${text}**`,
    item: (text) => `- ${text}`,
    link: (text, url) => `[${text}](${inMarkup(url)})`,
    code: (text) => `${fenceFor(text, 1)} ${text} ${fenceFor(text, 1)}`,
    block: (lines) => `${fenceFor(lines, 3)}\n${lines}\n${fenceFor(lines, 3)}`,
    // A name after @ would notify a person or everyone: no escape prevents that.
    plain: (text) => text.replaceAll(/[\\`*_{}[\]<>#|~]/g, '\\$&').replaceAll(/@(?=\w)/g, '@\u200B'),
  },
  wiki: {
    heading: (text) => `'''${text}'''`,
    item: (text) => `* ${text}`,
    link: (text, url) => `[${inMarkup(url)} ${text}]`,
    code: (text) => `<code><nowiki>${text.replaceAll('<', '&lt;')}</nowiki></code>`,
    block: (lines) => `<pre><nowiki>${lines.replaceAll('<', '&lt;')}</nowiki></pre>`,
    plain: (text) => `<nowiki>${text.replaceAll('<', '&lt;')}</nowiki>`,
  },
};

/**
 * The report: what was deployed by whom and when, how it ended, its stages, its questions with their answers, and the last error.
 * @param url the absolute address of the job's page
 * @param around the lines of the log around the error; empty if they are not quoted
 */
export function jobReport(
  job: JobDetailFragment,
  stages: readonly Stage[],
  url: string,
  format: ReportFormat,
  around: readonly LogLine[] = [],
): string {
  const { heading, item, link, code, block, plain } = markups[format];
  const text = (value: string): string => plain(harmlessLabel(value));
  const line = (number: number): string => link(msg('job-report-line', number), `${url}#L${number}`);
  const lines = [
    `${link(msg('job-heading-name', job.id), url)} ${heading(text(titleInWords(job)))}`,
    item(summary(job, text)),
    ...(job.reason === null ? [] : [item(text(job.reason))]),
    ...job.changes.map(({ number, subject, url: change }) =>
      item(`${change === null ? number : link(number, change)} ${text(subject ?? '')}`.trimEnd()),
    ),
    ...stages
      .filter(isReached)
      .map(({ name, from, to, line: first }) =>
        item(`${enumMsg('job-stage', name)}: ${duration((to ?? from) - from)} (${line(first)})`),
      ),
    ...job.interactions.map((interaction) => {
      const { question } = questionText(interaction.prompt);
      const answer =
        interaction.answer === null
          ? msg('job-question-unanswered')
          : `${answerInWords(interaction, interaction.answer)} (${harmlessName(interaction.answeredBy?.name ?? msg('job-question-answered-by-unknown'))})`;
      const asked = interaction.lineNumber === null ? '' : ` (${line(interaction.lineNumber)})`;
      return item(`${text(question)} ${text(answer)}${asked}`);
    }),
    ...(job.lastError === null
      ? []
      : [item(`${code(harmlessLabel(job.lastError.text))} (${line(job.lastError.number)})`)]),
    ...(around.length === 0 ? [] : ['', block(linesInWords(around).join('\n'))]),
  ];
  return `${lines.join('\n')}\n`;
}

/** One line for a server admin log: `!log NAME: backport 1102340: deployed in 9 min 3 s`. A job without changes is named by its title. */
export function logEntry(job: JobDetailFragment): string {
  const changes = job.changes.map(({ number }) => number).join(' ');
  return msg(
    'job-report-log',
    harmlessName(job.owner.name),
    enumMsg('job-kind', job.kind).toLowerCase(),
    changes === '' ? harmlessLabel(titleInWords(job)) : changes,
    job.outcome === null ? enumMsg('job-state', job.state) : enumMsg('job-outcome', job.outcome),
    spanInWords(job),
  );
}

function summary(job: JobDetailFragment, text: (value: string) => string): string {
  const parts = [
    `${enumMsg('job-kind', job.kind)} ${msg('job-by', text(job.owner.name))}`,
    job.outcome === null ? enumMsg('job-state', job.state) : enumMsg('job-outcome', job.outcome),
    ...(job.startedAt === null
      ? []
      : [`${job.startedAt.slice(0, 16).replace('T', ' ')} UTC, ${spanInWords(job)}`]),
  ];
  return parts.join(msg('app-separator'));
}

function spanInWords({ startedAt, finishedAt }: JobDetailFragment): string {
  return startedAt === null || finishedAt === null
    ? '–'
    : duration(Date.parse(finishedAt) - Date.parse(startedAt));
}

type ReachedStage = Stage & { readonly from: number; readonly line: number };
const isReached = (stage: Stage): stage is ReachedStage => stage.from !== null && stage.line !== null;
