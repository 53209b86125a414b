// Owns listing, renaming and removing passkeys. Not adding and using them, which are requests of a browser (server/sign-in/passkey.ts).
import { SecondFactorTooOld } from '../../model/account/second-factor/authenticator.ts';
import {
  InvalidPasskeyName,
  maxPasskeys,
  Passkey,
  PasskeyNotFound,
} from '../../model/account/second-factor/passkey.ts';
import { builder } from '../builder.ts';
import { rowNumber } from '../id.ts';
import { refusal } from '../refusal-type.ts';
import { sessionViewer } from './session.ts';
import { ViewerType } from './user.ts';

const PasskeyType = builder.objectType(Passkey, {
  name: 'Passkey',
  authScopes: { browser: true },
  description: 'A passkey (WebAuthn) that is accepted as your second factor.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id.' }),
    name: t.exposeString('name', { description: 'The name that you gave it.' }),
    host: t.exposeString('host', { description: 'The host name at which it works.' }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was added.',
      resolve: (each) => each.createdAt,
    }),
    lastUsedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was last used; null if never.',
      resolve: (each) => each.lastUsedAt ?? null,
    }),
  }),
});

builder.objectField(ViewerType, 'passkeys', (t) =>
  t.field({
    type: [PasskeyType],
    authScopes: { browser: true },
    description: `Your passkeys, the oldest first, at most ${maxPasskeys}. Not available to tokens.`,
    resolve: async ({ user }, _args, { secondFactors }) => [...(await secondFactors.passkeys(user))],
  }),
);

const RenamePasskeyInput = builder.inputType('RenamePasskeyInput', {
  description: 'The passkey to rename, and its new name.',
  fields: (t) => ({
    passkeyId: t.id({ required: true, description: 'The id of the passkey.' }),
    name: t.string({ required: true, description: 'The new name, at most 60 characters (UTF-16 units).' }),
  }),
});

builder.mutationField('renamePasskey', (t) =>
  t.field({
    type: [PasskeyType],
    authScopes: { browser: true },
    description: 'Gives one of your passkeys another name. Not available to tokens.',
    args: { input: t.arg({ type: RenamePasskeyInput, required: true, description: 'The passkey.' }) },
    errors: {
      types: [SecondFactorTooOld, PasskeyNotFound, InvalidPasskeyName],
      union: { name: 'RenamePasskeyResult', description: 'The result of `renamePasskey`.' },
      result: { name: 'RenamePasskeySuccess', description: 'The passkey was renamed.' },
      dataField: { name: 'passkeys', description: `Your passkeys, at most ${maxPasskeys}.` },
    },
    resolve: async (_root, { input: { passkeyId, name } }, { secondFactors, viewer }) => {
      await secondFactors.renamePasskey(sessionViewer(viewer), { id: rowNumber(passkeyId), name });
      return [...(await secondFactors.passkeys(viewer.user))];
    },
  }),
);

const RemovePasskeyInput = builder.inputType('RemovePasskeyInput', {
  description: 'The passkey to remove.',
  fields: (t) => ({ passkeyId: t.id({ required: true, description: 'The id of the passkey.' }) }),
});

builder.mutationField('removePasskey', (t) =>
  t.field({
    type: [PasskeyType],
    authScopes: { browser: true },
    description: 'Removes one of your passkeys: it is no longer accepted. Not available to tokens.',
    args: { input: t.arg({ type: RemovePasskeyInput, required: true, description: 'The passkey.' }) },
    errors: {
      types: [SecondFactorTooOld, PasskeyNotFound],
      union: { name: 'RemovePasskeyResult', description: 'The result of `removePasskey`.' },
      result: { name: 'RemovePasskeySuccess', description: 'The passkey was removed.' },
      dataField: { name: 'passkeys', description: `Your remaining passkeys, at most ${maxPasskeys}.` },
    },
    resolve: async (_root, { input }, { secondFactors, viewer }) => {
      await secondFactors.removePasskey(sessionViewer(viewer), rowNumber(input.passkeyId));
      return [...(await secondFactors.passkeys(viewer.user))];
    },
  }),
);

builder.objectType(PasskeyNotFound, {
  interfaces: refusal(PasskeyNotFound, 'PASSKEY_NOT_FOUND'),
  authScopes: { browser: true },
  name: 'PasskeyNotFound',
  description: 'You have no such passkey.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'A message for the user.' }) }),
});

builder.objectType(InvalidPasskeyName, {
  interfaces: refusal(InvalidPasskeyName, 'INVALID_PASSKEY_NAME'),
  authScopes: { browser: true },
  name: 'InvalidPasskeyName',
  description: 'The name of a passkey is empty or too long.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'A message for the user.' }) }),
});
