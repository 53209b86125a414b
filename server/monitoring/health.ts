// Owns the answer of `/readyz`.
import { listRunners } from '../../schema/model/runner/presence.ts';
import { isUnusable } from '../../schema/model/store/health.ts';
import type { Exchange } from '../http/exchange.ts';
import { sendText } from '../http/response.ts';

/**
 * 200 while requests can be answered, with the supervisors and jobrunners that do not respond or do not clean up. A database that cannot be written gives 503;
 * with a full disk or a busy database questions can still be answered here. With `--ready-needs-jobrunner on`, so does the absence of jobrunners.
 */
export async function sendReadiness({ response, context }: Exchange): Promise<void> {
  const { system } = context.sources;
  const { state, message } = await system.health();
  if (isUnusable(state)) return sendText(response, 503, message ?? state);
  const { readyNeedsJobrunner } = context.configuration;
  const isServed = !readyNeedsJobrunner || (await listRunners(context.db)).some(({ online }) => online);
  if (!isServed)
    return sendText(response, 503, 'No jobrunner is online: deployments can be queued, but do not start.');
  // Their supervisors and jobrunners cannot record that they respond: only the cause is named.
  const warnings = state === 'full' || state === 'busy' ? [] : await system.warnings();
  sendText(response, 200, [message ?? 'ready', ...warnings].join('\n'));
}
