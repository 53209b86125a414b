// Owns what the page of the train derives from the state that the server sends: the chosen train, the moves, and what is unusual. Pure.
import {
  isTrainStation,
  skippedGroups,
  type TrainStation,
  trainMoves,
  trainStations,
  unusualTime,
  type WikiMove,
} from '../../../schema/text/train.ts';
import type { TrainStateFragment, TrainUpdatesSubscription } from '../../generated/graphql.ts';
import { enumMsg, msg } from './messages.ts';

/** Everything that is known: the groups, the task, and the current train. */
export type TrainStatus = TrainUpdatesSubscription['trainUpdates'];
/** One of the trains that can be moved. */
export type TrainLine = TrainStateFragment;

/** The station of a train as one that this page knows. */
export const stationOf = ({ station }: Pick<TrainLine, 'station'>): TrainStation =>
  station !== null && isTrainStation(station) ? station : 'start';

/** The wikis that change when a train goes to a station. */
export function movesOf(
  { groups }: Pick<TrainStatus, 'groups'>,
  { version, oldVersion }: Pick<TrainLine, 'version' | 'oldVersion'>,
  target: TrainStation,
  excluded: ReadonlySet<string>,
): readonly WikiMove[] {
  if (version === null) return [];
  const shares = groups.map(({ versions }) => ({ shares: versions }));
  return trainMoves(shares, { version, oldVersion }, target, excluded);
}

/** Whether going to a station is a roll-back. */
export const goesBack = (line: Pick<TrainLine, 'station'>, target: TrainStation): boolean =>
  trainStations.indexOf(target) < trainStations.indexOf(stationOf(line));

/** What is unusual about going to a station now, as sentences. */
export function unusualFacts(
  status: Pick<TrainStatus, 'blockers' | 'task'>,
  line: TrainLine,
  target: TrainStation,
  excluded: ReadonlySet<string>,
  now: Date,
): string[] {
  const from = stationOf(line);
  const skipped = skippedGroups(from, target);
  const time = unusualTime(from, target, now);
  const blockers = goesBack(line, target) ? 0 : (status.blockers?.length ?? 0);
  return [
    ...(skipped.length > 0 ? [msg('train-unusual-skips', skipped.join(', '))] : []),
    ...(time === null ? [] : [enumMsg('train-unusual', time)]),
    ...(blockers > 0 ? [msg('train-unusual-blockers', blockers)] : []),
    ...(excluded.size > 0 ? [msg('train-unusual-excluded', excluded.size, [...excluded].join(', '))] : []),
    ...line.warnings,
  ];
}
