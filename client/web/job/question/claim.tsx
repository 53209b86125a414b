// Owns who handles the open question, as they said: the sentence, and the button to say so. Owns no answer.
import { harmlessName } from '../../../../schema/text/harmless.ts';
import type { QuestionFragment } from '../../../generated/graphql.ts';
import { useMutationRequest } from '../../connection/mutation.ts';
import { msg } from '../../i18n/msg.ts';
import { ForeignLabel } from '../../parts/foreign-text.tsx';
import { useNow } from '../../state/clock.ts';
import { ClaimInteractionMutation } from './interaction.graphql.ts';

/** A claim tells others, and prevents nobody from answering. @param disabled whether the viewer may not act on jobs now */
export function Claim({ interaction, disabled }: { interaction: QuestionFragment; disabled: boolean }) {
  const { claimedBy, claimedUntil, id } = interaction;
  const now = useNow(claimedUntil !== null);
  const by = claimedUntil !== null && Date.parse(claimedUntil) > now ? claimedBy : null;
  const { sending, problem, send } = useMutationRequest(ClaimInteractionMutation, {
    select: (data) => data.claimInteraction,
    failed: (why) => msg('job-claim-failed', why),
  });
  return (
    <p class="question__claim">
      {by !== null && (
        <span role="status">
          <ForeignLabel>{msg('job-claimed', harmlessName(by.name))}</ForeignLabel>
        </span>
      )}
      {!disabled && (
        <button
          type="button"
          class="cdx-button cdx-button--size-small cdx-button--weight-quiet"
          disabled={sending}
          onClick={() => void send({ input: { interactionId: id } })}
        >
          {msg(by === null ? 'job-claim' : 'job-claim-again')}
        </button>
      )}
      {problem !== null && <span role="alert">{problem}</span>}
    </p>
  );
}
