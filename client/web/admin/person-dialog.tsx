// Owns the dialogs that confirm an action on a person: ban, unban, rebind, sign out.
import { useState } from 'preact/hooks';
import { harmlessLabel, harmlessName } from '../../../schema/text/harmless.ts';
import type { PersonFragment } from '../../generated/graphql.ts';
import { useMutationRequest } from '../connection/mutation.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import {
  BanUserMutation,
  EndSessionsOfEveryoneMutation,
  EndSessionsOfMutation,
  RebindUserMutation,
  UnbanUserMutation,
} from './admin.graphql.ts';
import { msg } from './messages.ts';
import './admin-field.css';

/** The action that an admin chose. `end` signs a person out, `endAll` everyone. */
export type PersonAction =
  | { readonly kind: 'ban' | 'unban' | 'rebind' | 'end'; readonly person: PersonFragment }
  | { readonly kind: 'endAll' };

interface DialogProps {
  /** Called after a success. */
  readonly onDone: () => void;
  readonly onClose: () => void;
}

export function PersonDialog({ action, ...props }: { action: PersonAction } & DialogProps) {
  switch (action.kind) {
    case 'ban':
      return <BanDialog person={action.person} {...props} />;
    case 'unban':
      return <UnbanDialog person={action.person} {...props} />;
    case 'rebind':
      return <RebindDialog person={action.person} {...props} />;
    case 'end':
      return <EndSessionsDialog person={action.person} {...props} />;
    case 'endAll':
      return <EndAllSessionsDialog {...props} />;
  }
}

const failed = (why: string): string => msg('admin-failed', why);
const onRefusal = ({ message }: { readonly message: string }): string => message;

/** Calls `done` after a success. Returns whether the request succeeded. */
async function andThen(request: Promise<unknown>, done: () => void): Promise<boolean> {
  const succeeded = (await request) !== null;
  if (succeeded) done();
  return succeeded;
}

function BanDialog({ person: { user }, onDone, onClose }: { person: PersonFragment } & DialogProps) {
  const name = harmlessName(user.name);
  const request = useMutationRequest(BanUserMutation, { select: (data) => data.banUser, failed, onRefusal });
  return (
    <ConfirmDialog
      heading={msg('admin-people-ban-ask', name)}
      confirm={msg('admin-people-ban-label', name)}
      reasonLabel={msg('admin-people-ban-reason')}
      request={request}
      onConfirm={(reason) => andThen(request.send({ input: { userId: user.id, reason } }), onDone)}
      onClose={onClose}
    >
      <p>{msg('admin-people-ban-follows')}</p>
    </ConfirmDialog>
  );
}

function UnbanDialog({ person: { user }, onDone, onClose }: { person: PersonFragment } & DialogProps) {
  const request = useMutationRequest(UnbanUserMutation, {
    select: (data) => data.unbanUser,
    failed,
    onRefusal,
  });
  return (
    <ConfirmDialog
      heading={msg('admin-people-unban-ask', harmlessName(user.name))}
      confirm={msg('admin-people-unban')}
      destructive={false}
      request={request}
      onConfirm={() => andThen(request.send({ userId: user.id }), onDone)}
      onClose={onClose}
    >
      <p>{msg('admin-people-unban-follows')}</p>
    </ConfirmDialog>
  );
}

function RebindDialog({ person, onDone, onClose }: { person: PersonFragment } & DialogProps) {
  const request = useMutationRequest(RebindUserMutation, {
    select: (data) => data.rebindUser,
    failed,
    onRefusal,
  });
  return (
    <ConfirmDialog
      heading={msg('admin-people-rebind-ask', harmlessName(person.user.name))}
      confirm={msg('admin-people-rebind')}
      request={request}
      onConfirm={() => andThen(request.send({ userId: person.user.id }), onDone)}
      onClose={onClose}
    >
      <p>{msg('admin-people-rebind-follows', harmlessLabel(person.providerSubject ?? ''))}</p>
    </ConfirmDialog>
  );
}

function EndSessionsDialog({ person: { user }, onDone, onClose }: { person: PersonFragment } & DialogProps) {
  const request = useMutationRequest(EndSessionsOfMutation, {
    select: (data) => data.endSessionsOf,
    failed,
    onRefusal,
  });
  return (
    <ConfirmDialog
      heading={msg('admin-people-end-ask', harmlessName(user.name))}
      confirm={msg('admin-people-end')}
      request={request}
      onConfirm={() => andThen(request.send({ userId: user.id }), onDone)}
      onClose={onClose}
    >
      <p>{msg('admin-people-end-follows')}</p>
    </ConfirmDialog>
  );
}

function EndAllSessionsDialog({ onDone, onClose }: DialogProps) {
  const [keepOwn, setKeepOwn] = useState(true);
  const request = useMutationRequest(EndSessionsOfEveryoneMutation, {
    select: (data) => data.endSessionsOfEveryone,
    failed,
    onRefusal,
  });
  return (
    <ConfirmDialog
      heading={msg('admin-people-end-all-ask')}
      confirm={msg('admin-people-end-all')}
      request={request}
      onConfirm={() => andThen(request.send({ input: { keepOwn } }), onDone)}
      onClose={onClose}
    >
      <p>{msg('admin-people-end-all-follows')}</p>
      <label class="admin__check">
        <input
          type="checkbox"
          checked={keepOwn}
          onChange={(event) => setKeepOwn(event.currentTarget.checked)}
        />
        {msg('admin-people-keep-own')}
      </label>
    </ConfirmDialog>
  );
}
