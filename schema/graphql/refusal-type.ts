// Owns the interface of all refusals in result unions, and their codes. Not the refusals themselves (each noun's module), not the errors outside of unions (refusal.ts).
import type { DomainError } from '../model/error.ts';
import { builder } from './builder.ts';

/** The codes with their descriptions, by the name of the type in capitals. */
const descriptions = {
  ANSWER_NOT_ACCEPTED: 'The question does not allow this answer.',
  AUTHENTICATOR_CODE_WRONG: 'The code of the authenticator is wrong.',
  AUTHENTICATOR_EXISTS: 'There is an authenticator already.',
  BAN_NOT_ACCEPTED: 'The ban is not possible, or its reason is invalid.',
  DELIVERY_NOT_FOUND: 'The delivery no longer exists.',
  DEPLOYMENTS_HELD: 'Deployments are held: nothing starts until the hold ends.',
  DEPLOYMENTS_NOT_HELD: 'The hold is no longer active.',
  GERRIT_UNAVAILABLE: 'The changes could not be looked up in Gerrit.',
  HOLD_NOT_ACCEPTED: 'The reason or the end of the hold is invalid.',
  INTERACTION_ALREADY_ANSWERED: 'Someone else answered first.',
  INTERACTION_GONE: 'The question is no longer open, or does not exist.',
  INVALID_CHANGES: 'The changes cannot be deployed: see `problems`.',
  INVALID_PASSKEY_NAME: 'The name of the passkey is empty or too long.',
  INVALID_PUSH_SUBSCRIPTION: 'This is not a push subscription of a browser.',
  INVALID_TOKEN: 'The name, the scope or the lifetime of the token is invalid.',
  INVALID_TRAIN: 'The train cannot go there as requested: see `problems`.',
  INVALID_WEBHOOK: 'The settings of the webhook are invalid.',
  JOB_ALREADY_ENDED: 'The job has already ended.',
  JOB_NOT_ENDED: 'The job has not ended yet.',
  JOB_NOT_FOUND: 'The job does not exist.',
  JOB_NOT_HANDED_OVER: 'The job cannot be handed over to this user, or not by the viewer.',
  JOB_NOT_MOVED: 'The job cannot be moved within its queue.',
  JOB_NOT_RETRYABLE: 'Jobs of this kind cannot be queued again as they were.',
  LANE_OCCUPIED: 'Another job is running or queued in the lane.',
  NO_AUTHENTICATOR: 'There is no authenticator.',
  PASSKEY_NOT_FOUND: 'The passkey does not exist.',
  REBIND_NOT_ACCEPTED:
    'The account does not belong to a person at the identity provider, or its user is banned.',
  SECOND_FACTOR_TOO_OLD: 'The second factor must be entered again first.',
  SESSION_NOT_FOUND: 'The session does not exist, or has already ended.',
  TOKEN_NOT_ALLOWED: 'The role does not allow a token with this scope.',
  TOKEN_NOT_FOUND: 'The token does not exist, is not yours, or is no longer active.',
  TOO_MANY_TOKENS: 'You have the maximum number of active tokens.',
  TRAIN_CHANGED: 'The wikis or versions have changed since they were seen.',
  TRAIN_UNAVAILABLE: 'No train is configured, or it is not known what the wikis run.',
  UNKNOWN_LANE: 'The lane does not exist, or must be named.',
  UNKNOWN_TOKEN: 'The token does not exist, or is no longer active.',
  USER_NOT_FOUND: 'The user does not exist.',
  WEBHOOK_DISABLED: 'The webhook is disabled.',
  WEBHOOK_NOT_FOUND: 'The webhook does not exist.',
} as const;
export type RefusalCode = keyof typeof descriptions;

const codes = Object.keys(descriptions).filter((code): code is RefusalCode => code in descriptions);

const RefusalCodeType = builder.enumType('RefusalCode', {
  description: 'Why a mutation was refused. Further values may be added.',
  values: Object.fromEntries(codes.map((code) => [code, { value: code, description: descriptions[code] }])),
});

const codeByClass = new Map<unknown, RefusalCode>();

const RefusalType = builder.interfaceRef<DomainError>('Refusal').implement({
  description:
    'A refusal: what a user caused, with a message that can be shown. Every refusal in every result union implements it, so `... on Refusal { code message }` always works.',
  fields: (t) => ({
    message: t.exposeString('message', {
      description: 'A message for the user: what was wrong and what to do.',
    }),
    code: t.field({
      type: RefusalCodeType,
      description: 'Identifies the kind of refusal. It does not change when the message does.',
      resolve: (refusal) => {
        const code = codeByClass.get(refusal.constructor);
        if (code === undefined) throw new Error(`${refusal.constructor.name} has no refusal code`);
        return code;
      },
    }),
  }),
});

/** The interfaces of a refusal type: registers the code of the class. */
export function refusal(
  type: abstract new (...given: never[]) => DomainError,
  code: RefusalCode,
): [typeof RefusalType] {
  codeByClass.set(type, code);
  return [RefusalType];
}
