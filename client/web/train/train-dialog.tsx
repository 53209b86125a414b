// Owns the confirmation before the train moves: group, wikis, versions, what is unusual; and the request. Owns no preview.
import { useRef } from 'preact/hooks';
import {
  skippedGroups,
  summarizeMoves,
  type TrainStation,
  type WikiMove,
} from '../../../schema/text/train.ts';
import { IdempotencyKey } from '../../core/idempotency-key.ts';
import { useMutationRequest } from '../connection/mutation.ts';
import { lateJob } from '../job/parts/late-job.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { Message } from '../parts/message.tsx';
import { serverNow } from '../state/server-clock.ts';
import { msg } from './messages.ts';
import { StartTrainMutation } from './train.graphql.ts';
import { goesBack, stationOf, type TrainLine, type TrainStatus, unusualFacts } from './train-state.ts';

export function TrainDialog({
  status,
  line,
  target,
  moves,
  excluded,
  onStarted,
  onClose,
}: {
  status: TrainStatus;
  line: TrainLine;
  target: TrainStation;
  moves: readonly WikiMove[];
  excluded: ReadonlySet<string>;
  onStarted: () => void;
  onClose: () => void;
}) {
  // What the user saw when the dialog opened is what they confirm: a change meanwhile is refused, with the difference.
  const seen = useRef({
    line,
    moves,
    facts: unusualFacts(status, line, target, excluded, new Date(serverNow())),
  });
  const key = useRef(new IdempotencyKey());
  const request = useMutationRequest(StartTrainMutation, {
    select: (data) => data.startTrain,
    failed: (why) => msg('train-start-failed', why),
    onRefusal: ({ message }) => message,
    late: lateJob,
  });
  const shown = seen.current;
  const back = goesBack(shown.line, target);
  const version = shown.line.version ?? '';
  const send = async (): Promise<boolean> => {
    const input = {
      group: target,
      version,
      excludedWikis: [...excluded],
      seen: shown.line.state,
      acceptSkippedGroups: skippedGroups(stationOf(shown.line), target).length > 0,
    };
    const success = await request.send({ input: { ...input, idempotencyKey: key.current.for(input) } });
    if (success === null) return false;
    onStarted();
    return true;
  };
  return (
    <ConfirmDialog
      heading={
        back ? msg('train-dialog-back', version, target) : msg('train-dialog-forward', target, version)
      }
      confirm={back ? msg('train-roll-back', target) : msg('train-promote', target)}
      destructive={back}
      request={request}
      onConfirm={send}
      onClose={onClose}
    >
      <ul>
        {summarizeMoves(shown.moves).map(({ from, to, count }) => (
          <li key={`${from} ${to}`}>{msg('train-moves', count, from, to)}</li>
        ))}
      </ul>
      {shown.facts.length > 0 && (
        <Message tone="warning" inline>
          <p>{msg('train-unusual')}</p>
          <ul>
            {shown.facts.map((fact) => (
              <li key={fact}>{fact}</li>
            ))}
          </ul>
        </Message>
      )}
    </ConfirmDialog>
  );
}
