// Owns how an authenticator is added and removed. Not how a code is shown at sign-in: that is no field, so no document can guess a thousand times (server/sign-in/standing.ts).
import {
  AuthenticatorCodeWrong,
  AuthenticatorExists,
  NoAuthenticator,
  type OfferedAuthenticator,
  SecondFactorTooOld,
} from '../model/account/authenticator.ts';
import { builder } from './builder.ts';
import { pageViewer } from './session.ts';
import { ViewerType } from './user.ts';

builder.objectField(ViewerType, 'hasAuthenticator', (t) =>
  t.boolean({
    authScopes: { page: true },
    description: 'Whether codes of an authenticator count as your second factor. Not for tokens.',
    resolve: async (viewer, _args, { secondFactors }) => (await secondFactors.standing(viewer)).authenticator,
  }),
);

const OfferedAuthenticatorType = builder.objectRef<OfferedAuthenticator>('OfferedAuthenticator').implement({
  authScopes: { page: true },
  description: 'What an authenticator is to keep.',
  fields: (t) => ({
    secret: t.exposeString('secret', { description: 'Base32, 32 characters. It is told this once.' }),
    url: t.exposeString('url', { description: 'The same as an `otpauth:` URL, to be shown as a QR code.' }),
  }),
});

builder.mutationField('beginAuthenticator', (t) =>
  t.field({
    type: OfferedAuthenticatorType,
    authScopes: { page: true },
    description:
      'Offers a secret for an authenticator (RFC 6238: SHA-1, six digits, 30 seconds). It counts once its first code was confirmed; one offered before is forgotten. Not for tokens.',
    errors: {
      types: [SecondFactorTooOld, AuthenticatorExists],
      union: { name: 'BeginAuthenticatorResult', description: 'What came of offering an authenticator.' },
      result: { name: 'BeginAuthenticatorSuccess', description: 'It does not count yet.' },
      dataField: { name: 'offered', description: 'What the authenticator is to keep.' },
    },
    resolve: (_root, _args, { secondFactors, viewer }) => secondFactors.begin(pageViewer(viewer)),
  }),
);

const ConfirmAuthenticatorInput = builder.inputType('ConfirmAuthenticatorInput', {
  description: 'The proof that an authenticator has the secret.',
  fields: (t) => ({
    code: t.string({ required: true, description: 'What it shows now: six digits; blanks do not count.' }),
  }),
});

builder.mutationField('confirmAuthenticator', (t) =>
  t.field({
    type: ViewerType,
    authScopes: { page: true },
    description:
      'From now on codes of the offered authenticator count; the one that is shown here is spent. Not for tokens.',
    args: { input: t.arg({ type: ConfirmAuthenticatorInput, required: true }) },
    errors: {
      types: [SecondFactorTooOld, NoAuthenticator, AuthenticatorExists, AuthenticatorCodeWrong],
      union: { name: 'ConfirmAuthenticatorResult', description: 'What came of confirming an authenticator.' },
      result: { name: 'ConfirmAuthenticatorSuccess', description: 'Its codes count.' },
      dataField: { name: 'viewer', description: 'You, with an authenticator.' },
    },
    resolve: async (_root, { input }, { secondFactors, viewer }) => {
      await secondFactors.confirm(pageViewer(viewer), input.code);
      return viewer;
    },
  }),
);

builder.mutationField('removeAuthenticator', (t) =>
  t.field({
    type: ViewerType,
    authScopes: { page: true },
    description: 'Codes of your authenticator count no more. Not for tokens.',
    errors: {
      types: [SecondFactorTooOld, NoAuthenticator],
      union: { name: 'RemoveAuthenticatorResult', description: 'What came of removing an authenticator.' },
      result: { name: 'RemoveAuthenticatorSuccess', description: 'Its codes do not count.' },
      dataField: { name: 'viewer', description: 'You, without an authenticator.' },
    },
    resolve: async (_root, _args, { secondFactors, viewer }) => {
      await secondFactors.remove(pageViewer(viewer));
      return viewer;
    },
  }),
);

builder.objectType(SecondFactorTooOld, {
  authScopes: { page: true },
  name: 'SecondFactorTooOld',
  description:
    'You signed in at the identity provider, and have not shown a second factor in the last ten minutes.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'Fit to be shown.' }) }),
});

builder.objectType(AuthenticatorExists, {
  authScopes: { page: true },
  name: 'AuthenticatorExists',
  description: 'You have one already.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'Fit to be shown.' }) }),
});

builder.objectType(NoAuthenticator, {
  authScopes: { page: true },
  name: 'NoAuthenticator',
  description: 'There is none, or none was offered.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'Fit to be shown.' }) }),
});

builder.objectType(AuthenticatorCodeWrong, {
  authScopes: { page: true },
  name: 'AuthenticatorCodeWrong',
  description: 'It is not what the authenticator should show now.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'Fit to be shown.' }) }),
});
