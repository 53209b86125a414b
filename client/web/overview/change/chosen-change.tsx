// Owns the list of the chosen changes with what Gerrit says about each, before the start. Owns no request.
import { msg } from '../../i18n/msg.ts';
import { ChangeFacts, ChangeWarnings, KeptAnswer, Note } from './change-facts.tsx';
import type { ChosenChanges } from './change-search.ts';
import { LastDeployment } from './last-deployment.tsx';
import './chosen-change.css';

/** @param numbers in the order of the deployment @param chosen what Gerrit says about them @param revert whether they are reverted */
export function ChosenChangeList({
  numbers,
  chosen,
  revert,
}: {
  numbers: readonly string[];
  chosen: ChosenChanges;
  revert: boolean;
}) {
  const { changes, unknown, pending, keptSince, isUnchecked } = chosen;
  const described = numbers.filter((number) => [changes, unknown, pending].some((each) => each.has(number)));
  return (
    <>
      {keptSince !== null && <KeptAnswer since={keptSince} />}
      {isUnchecked && <p class="hint">{msg('overview-chosen-unchecked')}</p>}
      {described.length > 0 && (
        <ol class="chosen-changes" aria-label={msg('overview-chosen')}>
          {described.map((number) => {
            const change = changes.get(number);
            return (
              <li key={number} class="chosen-change">
                {pending.has(number) ? (
                  <>
                    <span class="chosen-change__subject">{number}</span>
                    <span class="hint">{msg('overview-chosen-pending')}</span>
                  </>
                ) : change === undefined ? (
                  <Note words={msg('overview-chosen-unknown', number)} />
                ) : (
                  <>
                    <ChangeFacts change={change} />
                    <ChangeWarnings change={change} revert={revert} />
                    {change.warnings.includes('ALREADY_MERGED') && <LastDeployment change={number} />}
                  </>
                )}
              </li>
            );
          })}
        </ol>
      )}
    </>
  );
}
