// Owns the five stations of the train: what runs at each, where the train is, and the choice of where it goes. Owns no moves.
import { shortVersion, type TrainStation, trainStations } from '../../../schema/text/train.ts';
import { msg } from './messages.ts';
import { stationOf, type TrainLine, type TrainStatus } from './train-state.ts';
import './station-list.css';

/** How many wikis of a group run a version. */
interface Count {
  readonly version: string;
  readonly wikiCount: number;
}
/** What each group ran before a train job. */
export type GroupsBefore = readonly { readonly name: string; readonly versions: readonly Count[] }[];

/**
 * @param before what the groups ran before the train job that is running; null if none is running
 * @param locked whether another job is running or queued, so that the train cannot move
 */
export function StationList({
  status,
  line,
  before,
  at,
  target,
  locked,
  onChoose,
}: {
  status: TrainStatus;
  line: TrainLine;
  before: GroupsBefore | null;
  /** Where the train is; while a train job runs, where it was before. */
  at: TrainStation;
  target: TrainStation;
  locked: boolean;
  onChoose: (station: TrainStation) => void;
}) {
  return (
    <fieldset class="stations">
      <legend class="stations__legend">
        {before === null ? positionInWords(line) : msg('train-moving', line.version ?? '')}
      </legend>
      <ol class="stations__list">
        {trainStations.map((station) => (
          <li key={station} class={`station${station === at ? ' station--here' : ''}`}>
            <label class="station__choice">
              <input
                type="radio"
                name="train-station"
                value={station}
                checked={station === target}
                disabled={locked && before !== null}
                onChange={() => onChoose(station)}
              />
              <span class="station__name">{station === 'start' ? msg('train-start') : station}</span>
              {station === at && <span class="station__here">{msg('train-here')}</span>}
            </label>
            <span class="station__versions">
              {countsOf(status, before, station).map(({ version, wikiCount }) => (
                <span
                  key={version}
                  class={`cdx-info-chip station__version${version === line.version ? ' station__version--new' : ''}`}
                  title={version}
                >
                  {msg('train-version-count', shortVersion(version), wikiCount)}
                </span>
              ))}
            </span>
          </li>
        ))}
      </ol>
    </fieldset>
  );
}

function countsOf(status: TrainStatus, before: GroupsBefore | null, station: TrainStation): readonly Count[] {
  const earlier = before?.find(({ name }) => name === station);
  if (earlier !== undefined) return earlier.versions;
  const group = status.groups.find(({ name }) => name === station);
  return (group?.versions ?? []).map(({ version, wikis }) => ({ version, wikiCount: wikis.length }));
}

/** `1.47.0-wmf.16 is at group1, but 2 wikis run another version.` */
function positionInWords(line: TrainLine): string {
  const station = stationOf(line);
  const version = line.version ?? '';
  const where = station === 'start' ? msg('train-at-start', version) : msg('train-at', version, station);
  if (line.exceptionCount === 0) return where;
  const shown = line.exceptions.slice(0, 3).map(({ wiki, version: runs }) => `${wiki} ${shortVersion(runs)}`);
  return msg('train-exceptions', where, line.exceptionCount, shown.join(', '));
}
