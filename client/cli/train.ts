// Owns `spiderpig train`: the state of the train as text, and moving it. Not watching the job (watch.ts), not the arithmetic (schema/text/train.ts).
import { isTrainStation, trainStations } from '../../schema/text/train.ts';
import type { Train } from '../sdk/client.ts';
import type { Request } from './command.ts';
import { keyOf, started } from './job.ts';
import { Refused, refusedBy, type Session } from './session.ts';
import { terminalLabel } from './text.ts';

type TrainRequest = Extract<Request, { readonly name: 'train' }>;

/** `spiderpig train`. Returns the exit status. */
export async function train(session: Session, request: TrainRequest): Promise<number> {
  const { client, signal } = session;
  const status = await client.train(signal);
  if (status === null) throw new Refused('No train is configured on this server.', {});
  return request.act === 'status' ? await print(session, status) : await move(session, request, status);
}

async function print({ printer }: Session, status: Train): Promise<number> {
  await printer.text(`${terminalLabel(positionText(status))}\n`);
  const rows = status.groups.flatMap(({ name, versions }) =>
    versions.map(({ version, wikiCount }) => [name, version, String(wikiCount)]),
  );
  await printer.table([['GROUP', 'VERSION', 'WIKIS'], ...rows]);
  const { task, blockers, next } = status;
  const facts = [
    ...(next?.version == null
      ? []
      : [`Next train: ${next.version}, whose branch is cut (promote it with --version ${next.version}).`]),
    ...(task === null ? [] : [`Task: ${task.id} (${task.status}) ${task.url}`]),
    ...(blockers ?? []).map(({ id, title }) => `Blocker: ${id} ${title}`),
    ...status.warnings.map((warning) => `Warning: ${warning}`),
    ...status.sources.flatMap(({ name, problem, readAt }) =>
      problem === null ? [] : [`${name.toLowerCase()} failed, last read ${readAt ?? 'never'}: ${problem}`],
    ),
  ];
  for (const fact of facts) await printer.text(`${terminalLabel(fact)}\n`);
  await printer.object({ type: 'train', train: status });
  return 0;
}

/** `1.47.0-wmf.16 is at group1 (before: 1.47.0-wmf.15), 2 wikis run another version: dewiki 1.47.0-wmf.15, …` */
function positionText({ version, oldVersion, station, exceptions, exceptionCount }: Train): string {
  if (version === null) return 'It is not known what the wikis run.';
  const at = `${version} is at ${station ?? 'an unknown place'} (before: ${oldVersion ?? 'none'})`;
  if (exceptionCount === 0) return at;
  const some = exceptions.slice(0, 5).map((each) => `${each.wiki} ${each.version}`);
  return `${at}, but ${exceptionCount} ${exceptionCount === 1 ? 'wiki runs' : 'wikis run'} another version: ${some.join(', ')}${exceptionCount > 5 ? ' …' : ''}`;
}

async function move(session: Session, request: TrainRequest, status: Train): Promise<number> {
  const { client, signal } = session;
  const { act, group, excludedWikis, acceptSkippedGroups, version } = request;
  const line = version !== null && version === status.next?.version ? status.next : status;
  const back = isBefore(group, line.station);
  if (act === 'promote' && back)
    throw new Refused(`The train is at ${line.station}: ${otherWays(group, line, status)}.`, {}, 2);
  if (act === 'rollback' && !back)
    throw new Refused(`The train is at ${line.station}: that is not a roll-back.`, {}, 2);
  const result = await client.startTrain(
    {
      group,
      version: version ?? line.version ?? '',
      seen: line.state,
      excludedWikis: [...excludedWikis],
      acceptSkippedGroups,
      lane: request.lane,
      idempotencyKey: keyOf(session, request),
    },
    signal,
  );
  if (result.__typename === 'StartTrainSuccess') return await started(session, result.job, request.watch);
  session.onInterrupt(null);
  throw refusedBy(result);
}

/** What to run instead of a promotion to a station that this train has passed. */
function otherWays(group: string, line: Pick<Train, 'version'>, { next }: Train): string {
  const back = `use \`spiderpig train rollback ${group}\``;
  return next?.version == null || next.version === line.version
    ? back
    : `${back} to take it back, or \`--version ${next.version}\` to promote the next train`;
}

const isBefore = (group: string, station: string | null): boolean =>
  station !== null &&
  isTrainStation(group) &&
  isTrainStation(station) &&
  trainStations.indexOf(group) < trainStations.indexOf(station);
