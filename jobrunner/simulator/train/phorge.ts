// Owns the simulated services about the train: the train-task service and the part of Conduit that names subtasks. Not the staging directory (staging.ts).
import { createServer, type IncomingMessage } from 'node:http';
import { readTask } from './staging.ts';

/** A blocker as Phabricator describes it. */
export interface SimulatedBlocker {
  readonly id: number;
  readonly title: string;
  readonly status: string;
}

/** How to start the services. */
export interface TrainServiceOptions {
  /** The staging directory, from which this week's task is read. */
  readonly staging: string;
  /** 0: any free port. */
  readonly port?: number;
}

/** Running services. */
export interface TrainServices extends AsyncDisposable {
  /** The URL of the train-task service. */
  readonly taskUrl: string;
  /** The URL of Phabricator. */
  readonly phorgeUrl: string;
  /** The subtasks of this week's task. */
  blockers: readonly SimulatedBlocker[];
  /** What goes wrong: a status to answer with, `hang` (no answer), `lie` (an answer that is not JSON); null if nothing. */
  failure: number | 'hang' | 'lie' | null;
}

/** The token that the simulated Conduit accepts. */
export const conduitToken = 'api-simulatedsimulatedsimulated';

/** Starts the services on a loopback address. */
export async function startTrainServices({ staging, port = 0 }: TrainServiceOptions): Promise<TrainServices> {
  const state: Pick<TrainServices, 'blockers' | 'failure'> = {
    blockers: [{ id: 410_900, title: 'TypeError in ReferencePreview::newFromKey()', status: 'open' }],
    failure: null,
  };
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    if (state.failure === 'hang') return;
    if (state.failure === 'lie') {
      response.end('<html>It works!</html>');
      return;
    }
    if (state.failure !== null) {
      response.writeHead(state.failure);
      response.end('Service unavailable');
      return;
    }
    const answer = answerTo(request.url ?? '', new URLSearchParams(body), staging, state.blockers);
    response.writeHead(answer === null ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  const base = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : port}`;
  return Object.assign(state, {
    taskUrl: `${base}/train-blockers/api.php`,
    phorgeUrl: `${base}/phorge`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

const conduit = (result: unknown) => ({ result, error_code: null, error_info: null });

/** The JSON to answer with; null if not found. Pure but for the task, which is read from the staging directory. */
function answerTo(
  path: string,
  form: URLSearchParams,
  staging: string,
  blockers: readonly SimulatedBlocker[],
): unknown {
  const task = readTask(staging);
  if (path === '/train-blockers/api.php') return task === undefined ? {} : { current: task };
  const parameters: unknown = JSON.parse(form.get('params') ?? '{}');
  const { __conduit__: access, constraints, sourcePHIDs } = Object(parameters);
  if (Object(access).token !== conduitToken)
    return { result: null, error_code: 'ERR-INVALID-AUTH', error_info: 'API token "api-…" is not valid.' };
  if (path === '/phorge/api/edge.search') {
    const source = `PHID-TASK-${String(task?.task_id).slice(1)}`;
    if (!Array.isArray(sourcePHIDs) || !sourcePHIDs.includes(source)) return conduit({ data: [] });
    return conduit({
      data: blockers.map(({ id }) => ({
        sourcePHID: source,
        edgeType: 'task.subtask',
        destinationPHID: `PHID-TASK-${id}`,
      })),
    });
  }
  if (path !== '/phorge/api/maniphest.search') return null;
  const { ids = [], phids = [] } = Object(constraints);
  const known = [
    {
      id: Number(String(task?.task_id).slice(1)),
      title: `${task?.version} deployment blockers`,
      status: 'open',
    },
    ...blockers,
  ];
  return conduit({
    data: known
      .filter(({ id }) => ids.includes(id) || phids.includes(`PHID-TASK-${id}`))
      .map(({ id, title, status }) => ({
        id,
        phid: `PHID-TASK-${id}`,
        fields: { name: title, status: { value: status, name: status } },
      })),
  });
}
