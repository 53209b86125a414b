// Owns how a component sends a mutation: whether it is being sent, and what to say when it was refused or failed. Owns no document and no wording.
import { signal } from '@preact/signals';
import type { AnyVariables, TypedDocumentNode } from '@urql/core';
import { useClient } from '@urql/preact';
import { useRef, useState } from 'preact/hooks';
import { useIsMounted } from '../state/mounted.ts';
import { failure, isSignedOut } from './client.ts';

/** A member of a result union that says why nothing was done. */
export type RefusalOf<Outcome> = Extract<Outcome, { readonly message: string }>;
/** The members of a result union that are not refusals. */
export type SuccessOf<Outcome> = Exclude<Outcome, RefusalOf<Outcome>>;

export interface MutationOptions<Data, Outcome> {
  /** Takes the result of the mutation out of the response. */
  readonly select: (data: Data) => Outcome;
  /** Makes a sentence of the clause that says why the request failed. */
  readonly failed: (why: string) => string;
  /**
   * Makes the problem of a refusal; null: the caller shows it itself. Without it, `failed` makes a sentence of the refusal's
   * message.
   */
  readonly onRefusal?: (refusal: RefusalOf<Outcome>) => string | null;
  /** Whether a repeated request has no further effect, also without an idempotency key. */
  readonly isRepeatable?: boolean;
  /** What the page says of a success after the component was removed. Without it, the page shows the success by itself. */
  readonly late?: (success: SuccessOf<Outcome>) => Omit<LateResult, 'tone'>;
}

export interface MutationRequest<Variables, Outcome> {
  /** Whether a request is under way. */
  readonly sending: boolean;
  /** Why the last request did nothing, to be shown; null if it succeeded, or nothing was sent yet. */
  readonly problem: string | null;
  /** Whether the component is still on the page. If it is not, its user has turned to something else, and a success must not open another page. */
  readonly isShown: () => boolean;
  /** Removes the problem, because it no longer fits what the user sees. */
  readonly clear: () => void;
  /** Sends the mutation. Resolves to null after a refusal or a failure, and while another request is under way. Never rejects. */
  readonly send: (variables: Variables) => Promise<SuccessOf<Outcome> | null>;
}

/** The result of a request whose component was removed before the response, for example because the user closed the dialog. */
export interface LateResult {
  readonly tone: 'success' | 'error';
  readonly words: string;
  /** The job that the words are about; null if none. */
  readonly jobId: string | null;
}

/** The last one, shown above the page. */
export const lateResult = signal<LateResult | null>(null);

/** One mutation of a component. Unlike urql's `useMutation`, it distinguishes refusals from successes and returns a message for them. */
export function useMutationRequest<Data, Variables extends AnyVariables, Outcome>(
  document: TypedDocumentNode<Data, Variables>,
  options: MutationOptions<Data, Outcome>,
): MutationRequest<Variables, Outcome> {
  const { select, failed, onRefusal = ({ message }) => failed(message), late } = options;
  const client = useClient();
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  // `sending` changes only at the next rendering, which may come after a second click.
  const busy = useRef(false);
  const isShown = useIsMounted();
  const report = (words: string | null, isHere = isShown()): void => {
    if (isHere) setProblem(words);
    else lateResult.value = words === null ? null : { tone: 'error', words, jobId: null };
  };

  const send = async (variables: Variables): Promise<SuccessOf<Outcome> | null> => {
    if (busy.current) return null;
    busy.current = true;
    setSending(true);
    setProblem(null);
    lateResult.value = null;
    const { data, error } = await client.mutation(document, variables);
    busy.current = false;
    setSending(false);
    if (data == null) {
      const isEnding = error !== undefined && isSignedOut(error);
      const isRepeatable = options.isRepeatable ?? hasIdempotencyKey(variables);
      report(failure(error, failed, isRepeatable), !isEnding && isShown());
      return null;
    }
    const outcome = select(data);
    if (isSuccess(outcome)) {
      if (!isShown() && late !== undefined) lateResult.value = { tone: 'success', ...late(outcome) };
      return outcome;
    }
    if (isRefusal(outcome)) report(onRefusal(outcome) ?? (isShown() ? null : failed(outcome.message)));
    return null;
  };

  return { sending, problem, isShown, clear: () => setProblem(null), send };
}

function hasIdempotencyKey(variables: AnyVariables): boolean {
  const input: unknown = variables?.['input'];
  return typeof input === 'object' && input !== null && 'idempotencyKey' in input;
}

function isRefusal<Outcome>(outcome: Outcome): outcome is RefusalOf<Outcome> {
  return (
    typeof outcome === 'object' &&
    outcome !== null &&
    'message' in outcome &&
    typeof outcome.message === 'string'
  );
}

function isSuccess<Outcome>(outcome: Outcome): outcome is SuccessOf<Outcome> {
  return !isRefusal(outcome);
}
