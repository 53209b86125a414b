// Owns how the start form shows what is wrong with its changes. Owns no validation.
import { cdxIconAlert } from '@wikimedia/codex-icons';
import { msg } from '../../i18n/msg.ts';
import { Icon } from '../../parts/icon.tsx';
import { type ChangeInput, namesChange } from './change-input.ts';
import { shortened } from './chip.tsx';

/** What is wrong with a change. Most messages of the server name it themselves. */
function problemInWords({ input, problem }: ChangeInput): string {
  const words = problem ?? '';
  return words.includes(input) ? words : msg('overview-start-problem', shortened(input), words);
}

/** What is wrong with the changes. A single change that is still being typed is checked only after its second character. */
export function ChangeProblems({
  chips,
  pending,
  typed,
  showPending,
}: {
  chips: readonly ChangeInput[];
  /** The changes in the field, which are not chips yet. */
  pending: readonly ChangeInput[];
  typed: string;
  /** Whether a single pending change is listed as the chips are, because it was submitted. */
  showPending: boolean;
}) {
  // Words are a search, whose result is in the menu.
  const isSearching = !showPending && !pending.some(({ input }) => namesChange(input));
  const isTyping = pending.length === 1 && !showPending;
  const typingProblem = isTyping && !isSearching ? (pending[0]?.problem ?? null) : null;
  const problems = [...chips, ...(isTyping || isSearching ? [] : pending)].filter(
    ({ problem }) => problem !== null,
  );
  return (
    <>
      {typingProblem !== null && typed.length > 2 && (
        <p class="field-problem">{msg('overview-start-problem', shortened(typed.trim()), typingProblem)}</p>
      )}
      {problems.map((each, index) => (
        <p class="field-problem" key={`${index} ${each.input}`}>
          <Icon icon={cdxIconAlert} size="x-small" />
          <bdi>{problemInWords(each)}</bdi>
        </p>
      ))}
    </>
  );
}
