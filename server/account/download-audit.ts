// Owns recording downloads in the audit log. Not what is sent (audit-export.ts, log/download.ts), not how many a user may begin (download-rate.ts).
import { recordAudit } from '../../schema/model/account/audit.ts';
import type { Exchange } from '../http/exchange.ts';
import { sendText } from '../http/response.ts';
import type { Identity } from '../sign-in/identity.ts';

/**
 * Records that a download begins, before anything is sent: one that cannot be recorded fails. `jobId`: whose log; null: the audit log. Returns
 * whether it may continue; otherwise the request was answered with 429. A HEAD request downloads nothing.
 */
export async function recordDownload(
  { request, response, context: { db, downloadRates } }: Exchange,
  { user, token }: Identity,
  jobId: number | null,
): Promise<boolean> {
  if (request.method === 'HEAD') return true;
  if (!downloadRates.admits(user.id)) {
    const message = 'You have begun too many downloads. Wait a minute, then try again.';
    sendText(response, 429, message, { 'retry-after': '60' });
    return false;
  }
  const channel = token ? `token ${token.name}` : 'page';
  const through = { channel, address: request.socket.remoteAddress ?? null };
  const detail = jobId === null ? 'the audit log' : `the log of job ${jobId}`;
  await db.write([], (em) =>
    recordAudit(em, { at: Date.now(), user, action: 'download', jobId, detail, through }),
  );
  return true;
}
