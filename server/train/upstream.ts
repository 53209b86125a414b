// Owns what other services say about the train: the newest branch in Gerrit, this week's task, its blockers. Not when they are asked (train.ts).
import type { TrainBlocker, TrainTask } from '../../schema/graphql/context.ts';
import { ExposedSecret, readSecretFile } from '../../schema/process/configuration/secret-file.ts';
import { highestVersion, isTrainVersion } from '../../schema/text/train.ts';
import { GerritRequestFailed, type GerritRequestOptions, getFromGerrit } from '../gerrit/request.ts';

/** A member of a decoded JSON value; undefined if it has none of this name. */
function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\)\]\}'/, ''));
  } catch {
    throw new GerritRequestFailed('its response is not JSON');
  }
}

/** The newest version that has a branch in mediawiki/core. Throws {@link GerritRequestFailed}. @param gerritUrl with a slash at its end */
export async function newestBranch(gerritUrl: string, options: GerritRequestOptions = {}): Promise<string> {
  const url = `${gerritUrl}projects/mediawiki%2Fcore/branches/?m=${encodeURIComponent('wmf/')}`;
  const list = parseJson(await getFromGerrit(url, options));
  if (!Array.isArray(list)) throw new GerritRequestFailed('its response is not a list of branches');
  const refs = list.map((branch: unknown) => member(branch, 'ref')).filter((ref) => typeof ref === 'string');
  const newest = highestVersion(refs.map((ref) => ref.replace('refs/heads/wmf/', '')));
  if (newest === null) throw new GerritRequestFailed('it shows no branch of the train');
  return newest;
}

/** Whether a text is a day as `2026-08-18`. */
const isDay = (date: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(date) && !Number.isNaN(Date.parse(`${date}T00:00:00Z`));

/** This week's task. Throws {@link GerritRequestFailed}. */
export async function trainTask(
  { taskUrl, phorgeUrl }: { readonly taskUrl: string; readonly phorgeUrl: string },
  options: GerritRequestOptions = {},
): Promise<TrainTask> {
  const current = member(parseJson(await getFromGerrit(taskUrl, options)), 'current');
  const [id, version, status, date] = ['task_id', 'version', 'status', 'date'].map((name) =>
    member(current, name),
  );
  if (typeof id !== 'string' || !/^T[0-9]{1,10}$/.test(id))
    throw new GerritRequestFailed('its response names no task');
  if (typeof version !== 'string' || !isTrainVersion(version))
    throw new GerritRequestFailed('its response names no version');
  return {
    id,
    version,
    url: `${phorgeUrl}/${id}`,
    status: typeof status === 'string' ? status.slice(0, 40).toWellFormed() : 'unknown',
    date: typeof date === 'string' && isDay(date) ? date : null,
  };
}

/** Statuses of tasks that are done. */
const closedStatuses = ['resolved', 'declined', 'invalid', 'duplicate'];
/** How many blockers are read. */
const maxBlockers = 100;

/** Throws {@link GerritRequestFailed}. */
function conduitToken(file: string): string {
  let token = '';
  try {
    token = readSecretFile(file).trim();
  } catch (error) {
    if (error instanceof ExposedSecret)
      throw new GerritRequestFailed(`the file with its token is not safe: ${error.message}`);
  }
  if (token === '') throw new GerritRequestFailed('the file with its token cannot be read');
  return token;
}

/** The open subtasks of a task. Throws {@link GerritRequestFailed}. @param tokenFile holds only a Conduit token */
export async function openBlockers(
  task: string,
  { phorgeUrl, tokenFile }: { readonly phorgeUrl: string; readonly tokenFile: string },
  options: GerritRequestOptions = {},
): Promise<readonly TrainBlocker[]> {
  const token = conduitToken(tokenFile);
  const ask = async (method: string, parameters: object): Promise<readonly unknown[]> => {
    const body = new URLSearchParams({
      params: JSON.stringify({ ...parameters, __conduit__: { token } }),
      output: 'json',
    });
    const answer = parseJson(await getFromGerrit(`${phorgeUrl}/api/${method}`, { ...options, body }));
    const code = member(answer, 'error_code');
    if (typeof code === 'string')
      throw new GerritRequestFailed(`it refused the request (${code.slice(0, 40)})`);
    const data = member(member(answer, 'result'), 'data');
    if (!Array.isArray(data)) throw new GerritRequestFailed('its response has no data');
    return data;
  };
  const [found] = await ask('maniphest.search', { constraints: { ids: [Number(task.slice(1))] } });
  const phid = member(found, 'phid');
  if (typeof phid !== 'string') throw new GerritRequestFailed(`it shows no task ${task}`);
  const edges = await ask('edge.search', {
    sourcePHIDs: [phid],
    types: ['task.subtask'],
    limit: maxBlockers,
  });
  const phids = edges
    .map((edge) => member(edge, 'destinationPHID'))
    .filter((each) => typeof each === 'string')
    .slice(0, maxBlockers);
  if (phids.length === 0) return [];
  const tasks = await ask('maniphest.search', { constraints: { phids }, limit: maxBlockers });
  return tasks
    .map((each) => blockerOf(each, phorgeUrl))
    .filter(({ status }) => !closedStatuses.includes(status))
    .slice(0, maxBlockers);
}

/** Throws {@link GerritRequestFailed}: a blocker that is left out could not be told from none. */
function blockerOf(task: unknown, phorgeUrl: string): TrainBlocker {
  const fields = member(task, 'fields');
  const [id, title, status] = [
    member(task, 'id'),
    member(fields, 'name'),
    member(member(fields, 'status'), 'value'),
  ];
  if (!Number.isSafeInteger(id) || typeof title !== 'string' || typeof status !== 'string')
    throw new GerritRequestFailed('its response has a task without a number, a title or a status');
  return {
    id: `T${id}`,
    title: title.slice(0, 200).toWellFormed(),
    status: status.slice(0, 40).toWellFormed(),
    url: `${phorgeUrl}/T${id}`,
  };
}
