// Owns the answer of `/readyz`.
import { isUnusable } from '../schema/model/store/health.ts';
import type { Exchange } from './exchange.ts';
import { sendText } from './response.ts';

/** 200 while requests can be answered. A database that cannot be written gives 503; with a full disk or a busy database questions can still be answered here. */
export async function sendReadiness({ response, context }: Exchange): Promise<void> {
  const { state, message } = await context.sources.system.health();
  sendText(response, isUnusable(state) ? 503 : 200, message ?? 'ready');
}
