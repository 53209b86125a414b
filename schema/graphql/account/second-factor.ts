// Owns adding and removing an authenticator. Not entering a code at sign-in: it is not a field, so that one operation cannot try many codes (server/sign-in/standing.ts).
import {
  AuthenticatorCodeWrong,
  AuthenticatorExists,
  NoAuthenticator,
  type OfferedAuthenticator,
  SecondFactorTooOld,
} from '../../model/account/second-factor/authenticator.ts';
import { builder } from '../builder.ts';
import { refusal } from '../refusal-type.ts';
import { sessionViewer } from './session.ts';
import { ViewerType } from './user.ts';

builder.objectField(ViewerType, 'hasAuthenticator', (t) =>
  t.boolean({
    authScopes: { browser: true },
    description: 'Whether you have an authenticator for the second factor. Not available to tokens.',
    resolve: async (viewer, _args, { secondFactors }) => (await secondFactors.standing(viewer)).authenticator,
  }),
);

const OfferedAuthenticatorType = builder.objectRef<OfferedAuthenticator>('OfferedAuthenticator').implement({
  authScopes: { browser: true },
  description: 'The secret of a new authenticator.',
  fields: (t) => ({
    secret: t.exposeString('secret', {
      description: 'The secret: 32 characters in Base32. It is returned only once.',
    }),
    url: t.exposeString('url', { description: 'The secret as an `otpauth:` URL, to be shown as a QR code.' }),
  }),
});

builder.mutationField('beginAuthenticator', (t) =>
  t.field({
    type: OfferedAuthenticatorType,
    authScopes: { browser: true },
    description:
      'Creates a secret for an authenticator (RFC 6238: SHA-1, six digits, 30 seconds). It becomes active with `confirmAuthenticator`, and replaces an unconfirmed one. Not available to tokens.',
    errors: {
      types: [SecondFactorTooOld, AuthenticatorExists],
      union: { name: 'BeginAuthenticatorResult', description: 'The result of `beginAuthenticator`.' },
      result: {
        name: 'BeginAuthenticatorSuccess',
        description: 'The secret was created; it is not active yet.',
      },
      dataField: { name: 'offered', description: 'The secret for the authenticator app.' },
    },
    resolve: (_root, _args, { secondFactors, viewer }) => secondFactors.begin(sessionViewer(viewer)),
  }),
);

const ConfirmAuthenticatorInput = builder.inputType('ConfirmAuthenticatorInput', {
  description: 'A code that proves that the authenticator has the secret.',
  fields: (t) => ({
    code: t.string({ required: true, description: 'The current code: six digits; spaces are ignored.' }),
  }),
});

builder.mutationField('confirmAuthenticator', (t) =>
  t.field({
    type: ViewerType,
    authScopes: { browser: true },
    description:
      'Activates the new authenticator. The given code cannot be used again. Not available to tokens.',
    args: { input: t.arg({ type: ConfirmAuthenticatorInput, required: true, description: 'The code.' }) },
    errors: {
      types: [SecondFactorTooOld, NoAuthenticator, AuthenticatorExists, AuthenticatorCodeWrong],
      union: { name: 'ConfirmAuthenticatorResult', description: 'The result of `confirmAuthenticator`.' },
      result: { name: 'ConfirmAuthenticatorSuccess', description: 'The authenticator is active.' },
      dataField: { name: 'viewer', description: 'The viewer with the authenticator.' },
    },
    resolve: async (_root, { input }, { secondFactors, viewer }) => {
      await secondFactors.confirm(sessionViewer(viewer), input.code);
      return viewer;
    },
  }),
);

builder.mutationField('removeAuthenticator', (t) =>
  t.field({
    type: ViewerType,
    authScopes: { browser: true },
    description: 'Removes your authenticator: its codes are no longer accepted. Not available to tokens.',
    errors: {
      types: [SecondFactorTooOld, NoAuthenticator],
      union: { name: 'RemoveAuthenticatorResult', description: 'The result of `removeAuthenticator`.' },
      result: { name: 'RemoveAuthenticatorSuccess', description: 'The authenticator was removed.' },
      dataField: { name: 'viewer', description: 'The viewer without an authenticator.' },
    },
    resolve: async (_root, _args, { secondFactors, viewer }) => {
      await secondFactors.remove(sessionViewer(viewer));
      return viewer;
    },
  }),
);

builder.objectType(SecondFactorTooOld, {
  interfaces: refusal(SecondFactorTooOld, 'SECOND_FACTOR_TOO_OLD'),
  authScopes: { browser: true },
  name: 'SecondFactorTooOld',
  description:
    'You signed in at the identity provider and did not enter a second factor within the last ten minutes.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'A message for the user.' }) }),
});

builder.objectType(AuthenticatorExists, {
  interfaces: refusal(AuthenticatorExists, 'AUTHENTICATOR_EXISTS'),
  authScopes: { browser: true },
  name: 'AuthenticatorExists',
  description: 'You already have an authenticator.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'A message for the user.' }) }),
});

builder.objectType(NoAuthenticator, {
  interfaces: refusal(NoAuthenticator, 'NO_AUTHENTICATOR'),
  authScopes: { browser: true },
  name: 'NoAuthenticator',
  description: 'You have no authenticator, or did not begin to add one.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'A message for the user.' }) }),
});

builder.objectType(AuthenticatorCodeWrong, {
  interfaces: refusal(AuthenticatorCodeWrong, 'AUTHENTICATOR_CODE_WRONG'),
  authScopes: { browser: true },
  name: 'AuthenticatorCodeWrong',
  description: 'The code is wrong.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'A message for the user.' }) }),
});
