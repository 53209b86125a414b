// Owns comparing the changes that scap lists in its first question with those of the job, so that nobody has to. Owns no table (table.ts).
import { cdxIconAlert, cdxIconSuccess } from '@wikimedia/codex-icons';
import { msg } from '../../i18n/msg.ts';
import { Icon } from '../../parts/icon.tsx';
import { tableIn } from './table.ts';

/** Which changes only scap lists, and which only the job has; null if the text does not list changes. Pure. @param changes the numbers of the job's changes */
function differenceTo(
  explanation: string,
  changes: readonly string[],
): { readonly added: readonly string[]; readonly missing: readonly string[] } | null {
  const listed = tableIn(explanation)?.rows.map(([number = '']) => number) ?? [];
  if (listed.length === 0 || changes.length === 0 || !listed.every((each) => /^\d+$/.test(each))) return null;
  return {
    added: listed.filter((each) => !changes.includes(each)),
    missing: changes.filter((each) => !listed.includes(each)),
  };
}

/** Renders nothing where it is not known. */
export function ListedChanges({ explanation, changes }: { explanation: string; changes: readonly string[] }) {
  const difference = differenceTo(explanation, changes);
  if (difference === null) return null;
  const { added, missing } = difference;
  const isSame = added.length + missing.length === 0;
  const numbers = (list: readonly string[]): string => new Intl.ListFormat('en-GB').format(list);
  return (
    <p class={isSame ? 'listed-changes' : 'listed-changes listed-changes--differ'}>
      <Icon icon={isSame ? cdxIconSuccess : cdxIconAlert} size="small" />
      <span>
        {isSame && msg('job-question-listed', changes.length)}
        {added.length > 0 && msg('job-question-listed-added', numbers(added), added.length)}{' '}
        {missing.length > 0 && msg('job-question-listed-missing', numbers(missing))}
      </span>
    </p>
  );
}
