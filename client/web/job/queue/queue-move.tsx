// Owns the buttons that move a queued job up and down. Owns no order and no rule about who may move what.
import { cdxIconArrowDown, cdxIconArrowUp } from '@wikimedia/codex-icons';
import { useMutationRequest } from '../../connection/mutation.ts';
import { msg } from '../../i18n/msg.ts';
import { Icon } from '../../parts/icon.tsx';
import { SendButton } from '../../parts/send-button.tsx';
import { MoveJobMutation } from './queue.graphql.ts';

/** Where a queued job can go. The numbers are those of the jobs before which it starts then. */
export interface QueueMoves {
  /** Before the job in front of it; undefined if it is the first. */
  readonly up?: string | undefined;
  /** Before the job after the next one; null: to the end; undefined if it is the last. */
  readonly down?: string | null | undefined;
}

/** The moves of a job of `queue`, the queued jobs of all lanes in their order. */
export function movesOf(
  job: { readonly id: string; readonly lane: string },
  queue: readonly { readonly id: string; readonly lane: string }[],
): QueueMoves {
  const lane = queue.filter((each) => each.lane === job.lane);
  const at = lane.findIndex(({ id }) => id === job.id);
  return {
    up: at > 0 ? lane[at - 1]?.id : undefined,
    down: at < 0 || at === lane.length - 1 ? undefined : (lane[at + 2]?.id ?? null),
  };
}

export function QueueMove({ jobId, moves }: { jobId: string; moves: QueueMoves }) {
  const { sending, problem, send } = useMutationRequest(MoveJobMutation, {
    select: (data) => data.moveJob,
    failed: (why) => msg('job-move-failed', why),
  });
  const move = (before: string | null): void => void send({ input: { jobId, before } });
  const { up, down } = moves;
  if (up === undefined && down === undefined) return null;
  return (
    <span class="queued-job__moves">
      <SendButton
        class="cdx-button cdx-button--weight-quiet cdx-button--icon-only"
        aria-label={msg('job-move-up', jobId)}
        title={msg('job-move-up', jobId)}
        sending={sending}
        working={null}
        blocked={up === undefined}
        onClick={() => up !== undefined && move(up)}
      >
        <Icon icon={cdxIconArrowUp} />
      </SendButton>
      <SendButton
        class="cdx-button cdx-button--weight-quiet cdx-button--icon-only"
        aria-label={msg('job-move-down', jobId)}
        title={msg('job-move-down', jobId)}
        sending={sending}
        working={null}
        blocked={down === undefined}
        onClick={() => down !== undefined && move(down)}
      >
        <Icon icon={cdxIconArrowDown} />
      </SendButton>
      {problem !== null && <span role="alert">{problem}</span>}
    </span>
  );
}
