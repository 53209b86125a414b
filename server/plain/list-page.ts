// Owns the plain page of all jobs, `/plain`: those that have not ended, and the last ones. Not who may see it (route.ts).
import type { Job } from '../../schema/model/job/job.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Identity } from '../sign-in/identity.ts';
import { html, type Markup } from './html.ts';
import { stateText } from './job-page.ts';
import { moment, sendPlainPage } from './page.ts';

/** How many ended jobs are shown. */
const shownJobs = 50;
/** Seconds until the browser loads the page again. */
const refresh = 30;

/** Sends the list of jobs. */
export async function sendListPage(exchange: Exchange, { user }: Identity): Promise<void> {
  const { jobs, system } = exchange.context.sources;
  const [{ activeJobs, queuedJobs }, recent] = await Promise.all([
    system.now(),
    jobs.list({
      first: shownJobs,
      after: null,
      order: 'ended',
      userId: user.id,
      filter: {},
    }),
  ]);
  const { basePath } = exchange.context;
  sendPlainPage(exchange, {
    title: 'Jobs',
    refresh,
    body: html`${section('Running', activeJobs, basePath)}
      ${section('Queued', queuedJobs, basePath)}
      ${section('Ended', recent.nodes, basePath)}`,
  });
}

const section = (heading: string, jobs: readonly Job[], basePath: string): Markup => html`<section>
  <h2>${heading}</h2>
  ${jobs.length === 0 ? html`<p>None.</p>` : html`<ul>${jobs.map((job) => item(job, basePath))}</ul>`}
</section>`;

const item = (job: Job, basePath: string): Markup => html`<li>
  <a href="${basePath}/jobs/${job.id}/plain">Job ${job.id}</a>: ${job.title} (${stateText(job)}, ${moment(job.finishedAt ?? job.queuedAt)})
</li>`;
