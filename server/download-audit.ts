// Owns recording downloads in the audit log. Not what is sent (audit-export.ts, log/download.ts).
import { recordAudit } from '../schema/model/account/audit.ts';
import type { Exchange } from './exchange.ts';
import type { Identity } from './sign-in/identity.ts';

/** Records that a download begins, before anything is sent: one that cannot be recorded fails. `jobId`: whose log; null: the audit log. */
export async function recordDownload(
  { request, context: { db } }: Pick<Exchange, 'request' | 'context'>,
  { user, token }: Identity,
  jobId: number | null,
): Promise<void> {
  const channel = token ? `token ${token.name}` : 'page';
  const through = { channel, address: request.socket.remoteAddress ?? null };
  const detail = jobId === null ? 'the audit log' : `the log of job ${jobId}`;
  await db.write([], (em) =>
    recordAudit(em, { at: Date.now(), user, action: 'download', jobId, detail, through }),
  );
}
