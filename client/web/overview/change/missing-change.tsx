// Owns how the start form shows what the chosen changes depend on, and the button that adds it. Owns no request.
import { useId } from 'preact/hooks';
import { msg } from '../../i18n/msg.ts';
import { ChangeFacts, ChangeWarnings, Note } from './change-facts.tsx';
import { addableCount, type ChangeOrder, maxChanges } from './change-order.ts';
import './missing-change.css';

/** @param order null if not known @param onAdd adds the missing changes */
export function MissingChanges({ order, onAdd }: { order: ChangeOrder | null; onAdd: () => void }) {
  const id = useId();
  if (order === null) return null;
  const count = addableCount(order);
  const { missing, missingCount, unknown, cycle, complete } = order;
  return (
    <div class="missing-changes">
      {missingCount > missing.length && <Note words={msg('overview-missing-many', missingCount)} />}
      {missingCount <= missing.length && missing.length > 0 && (
        <>
          <p id={id}>{msg('overview-missing', missing.length)}</p>
          <ul class="chosen-changes" aria-labelledby={id}>
            {missing.map((each) => (
              <MissingChange key={each.change.number} missing={each} />
            ))}
          </ul>
        </>
      )}
      {count > 0 && (
        <button type="button" class="cdx-button" onClick={onAdd}>
          {msg('overview-missing-add', count)}
        </button>
      )}
      {missingCount <= missing.length && order.order.length > maxChanges && (
        <Note words={msg('overview-missing-too-many', maxChanges)} />
      )}
      {unknown.length > 0 && (
        <Note words={msg('overview-missing-unknown', listed(unknown), unknown.length)} />
      )}
      {cycle.length > 0 && <Note words={msg('overview-missing-cycle', listed(cycle))} />}
      {!complete && <p class="hint">{msg('overview-missing-incomplete')}</p>}
    </div>
  );
}

function MissingChange({ missing }: { missing: ChangeOrder['missing'][number] }) {
  const { change, neededBy, outdated, addable } = missing;
  return (
    <li class="chosen-change">
      <ChangeFacts change={change} />
      <span class="hint">{msg('overview-missing-needed-by', listed(neededBy))}</span>
      <ChangeWarnings change={change} />
      {outdated && <Note words={msg('overview-missing-outdated', listed(neededBy))} />}
      {!addable && change.status === 'ABANDONED' && <Note words={msg('overview-missing-abandoned')} />}
      {!addable && change.status !== 'ABANDONED' && <Note words={msg('overview-missing-elsewhere')} />}
    </li>
  );
}

/** How many names a sentence contains. */
const maxListed = 5;

/** `1, 2, 3`, or the first ones with `…`. A Change-Id is shortened. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, maxListed).map((name) => (name.length > 12 ? `${name.slice(0, 10)}…` : name));
  return `${shown.join(', ')}${names.length > maxListed ? ' …' : ''}`;
}
