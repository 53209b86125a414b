// Owns what the page requests before its other scripts have arrived: the data of the first view. Runs first and imports little, so it is a small file.
import { pageAt } from '../../schema/text/page-path.ts';
import { addressOf, pathAt } from './base-path.ts';
import { requestEarly } from './connection/early-request.ts';
import { documentIdOf } from './connection/trusted-document.ts';
import type { Request } from './connection/wire.ts';
import { firstJobs, firstOfJob, JobQuery, JobsQuery } from './job/job.graphql.ts';
import { storedKey } from './sign-in/stored-key.ts';
import { SystemQuery, ViewerQuery } from './system.graphql.ts';

/** What the page at an address shows first. Empty for pages that are rarely opened first. Pure. */
export function requestsOf(path: string, search: string): readonly Request[] {
  const page = pageAt(path);
  const both = [request(ViewerQuery, {}), request(SystemQuery, {})];
  if (page?.page === 'job') return [request(JobQuery, firstOfJob(page.id)), ...both];
  // Another address may filter the history.
  return page?.page === 'overview' && search === '' ? [...both, request(JobsQuery, firstJobs(null))] : [];
}

const request = (
  document: Parameters<typeof documentIdOf>[0],
  variables: Readonly<Record<string, unknown>>,
): Request => ({ documentId: documentIdOf(document), variables });

const key = storedKey();
if (key !== null) {
  const url = new URL(addressOf('/graphql'), location.href).href;
  for (const each of requestsOf(pathAt(location.pathname), location.search)) requestEarly(url, key, each);
}
