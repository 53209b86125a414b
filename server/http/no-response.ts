// Owns why a request to another service got no response, as a clause about the service. Not what a response says.
import { errorCode } from '../../schema/process/error.ts';
import { certificateProblem } from '../../schema/text/certificate.ts';

interface NoResponse {
  readonly why: string;
  /** Whether the same request may succeed a moment later. */
  readonly isTemporary: boolean;
}

/** Why `fetch` rejected. Pure. @param timeout the time limit of the request, in milliseconds */
export function whyNoResponse(error: unknown, timeout: number): NoResponse {
  if (error instanceof Error && error.name === 'TimeoutError')
    return { why: `it did not answer within ${timeout / 1000} seconds`, isTemporary: false };
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error) {
    const code = errorCode(cause);
    const certificate = certificateProblem(code);
    if (certificate !== null) return { why: certificate, isTemporary: false };
    if (code === 'ECONNREFUSED') return { why: 'the connection was refused', isTemporary: true };
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
      return { why: 'its host was not found', isTemporary: false };
    if (cause.message.includes('redirect')) return { why: 'it redirects elsewhere', isTemporary: false };
  }
  return { why: 'the connection failed', isTemporary: true };
}
