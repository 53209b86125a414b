// Owns who handles the open question, as they said: the sentence, and the button to say so. Owns no answer.
import { useContext } from 'preact/hooks';
import { harmlessName } from '../../../../schema/text/harmless.ts';
import type { QuestionFragment } from '../../../generated/graphql.ts';
import { useMutationRequest } from '../../connection/mutation.ts';
import { msg } from '../../i18n/msg.ts';
import { ForeignLabel } from '../../parts/foreign-text.tsx';
import { SendButton } from '../../parts/send-button.tsx';
import { useNow } from '../../state/clock.ts';
import { useUntilChanged } from '../../state/until-changed.ts';
import { ViewerName } from '../../state/viewer-name.ts';
import { ClaimInteractionMutation } from './interaction.graphql.ts';

/** A claim informs others. Everyone can still answer. @param mayAct whether the viewer may act on jobs; null while it is not known yet @param disabled whether they cannot now */
export function Claim({
  interaction,
  mayAct,
  disabled,
}: {
  interaction: QuestionFragment;
  mayAct: boolean | null;
  disabled: boolean;
}) {
  const { claimedBy, claimedUntil, id } = interaction;
  const viewer = useContext(ViewerName);
  const now = useNow(claimedUntil !== null);
  const by = claimedUntil !== null && Date.parse(claimedUntil) > now ? claimedBy : null;
  const isMine = by !== null && by.name === viewer;
  const { sending, problem, send } = useMutationRequest(ClaimInteractionMutation, {
    select: (data) => data.claimInteraction,
    failed: (why) => msg('job-claim-failed', why),
  });
  const [claimed, awaitChange] = useUntilChanged(claimedUntil);
  return (
    <p class="question__claim">
      {/* Here before anyone handles it, so that this is announced. */}
      <span class="question__claimer" role="status">
        {by !== null && (
          <ForeignLabel>
            {isMine ? msg('job-claimed-self') : msg('job-claimed', harmlessName(by.name))}
          </ForeignLabel>
        )}
      </span>
      {/* Also while it can send nothing: what is below must not move when it can. */}
      {mayAct !== false && (
        <SendButton
          class="cdx-button cdx-button--size-small cdx-button--weight-quiet"
          sending={sending || claimed}
          blocked={disabled}
          onClick={async () => {
            if ((await send({ input: { interactionId: id } })) !== null) awaitChange();
          }}
        >
          {msg(by === null ? 'job-claim' : isMine ? 'job-claim-renew' : 'job-claim-again')}
        </SendButton>
      )}
      {problem !== null && <span role="alert">{problem}</span>}
    </p>
  );
}
