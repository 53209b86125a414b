// Owns the check that production errors can be searched for.
import type { Configuration } from '../../schema/process/configuration/configuration.ts';
import { counted } from '../../schema/text/counted.ts';
import { requestSearch, SearchFailed } from '../error-log/request.ts';
import { readPage, searchBody } from '../error-log/search.ts';
import { type Finding, fail, ok, requestTimeout } from './finding.ts';

/** What is searched, in milliseconds: short enough for one page. */
const searched = 300_000;

/** Searches the last minutes as the server does. Nothing without a configured error log. */
export async function* errorLogFindings({
  errorLog,
}: Pick<Configuration, 'errorLog'>): AsyncGenerator<Finding, void> {
  if (errorLog === null) return;
  const { url } = errorLog;
  const page = { from: Date.now() - searched, to: Date.now(), size: 100, after: null };
  try {
    const access = { ...errorLog, timeout: requestTimeout };
    const signal = AbortSignal.timeout(2 * requestTimeout);
    const { slots } = readPage(await requestSearch(access, searchBody(errorLog, page), signal), page);
    const count = slots.reduce(
      (sum, { targets }) => sum + targets.testservers + targets.canaries + targets.production,
      0,
    );
    yield ok(`error log: ${url} responds, ${counted(count, 'error')} in the last 5 minutes`);
  } catch (error) {
    if (!(error instanceof SearchFailed)) throw error;
    yield fail(
      `error log: ${url}: ${error.message}`,
      'check --logstash-url, --logstash-index and --logstash-credentials-file. Until then, production errors are shown as not known',
    );
  }
}
