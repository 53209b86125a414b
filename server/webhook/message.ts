// Owns what is sent to a webhook: the body in its format, and the headers of Standard Webhooks with the signature. Pure.
import { createHmac } from 'node:crypto';
import type { StoredEvent } from '../../schema/model/notification/event.ts';
import type { Webhook, WebhookFormat } from '../../schema/model/notification/webhook.ts';
import { defaultTemplate, eventLine } from '../../schema/text/event-text.ts';

/** A message as it is sent. */
export interface WebhookMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The message for an event. A repeated attempt has the same `webhook-id`. @param publicUrl of SpiderPig, without a slash at its end; null if not
 * configured, so the message has no links. @param now milliseconds since 1970 UTC
 */
export function webhookMessage(
  event: Pick<StoredEvent, 'token' | 'kind' | 'at' | 'data'>,
  webhook: Pick<Webhook, 'secret' | 'format' | 'template'>,
  publicUrl: string | null,
  now: number,
): WebhookMessage {
  const body = bodyOf(event, webhook, publicUrl);
  const id = `evt_${event.token}`;
  const timestamp = String(Math.floor(now / 1000));
  const key = Buffer.from(webhook.secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    body,
    headers: {
      'content-type': webhook.format === 'text' ? 'text/plain; charset=utf-8' : 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    },
  };
}

function bodyOf(
  { kind, at, data }: Pick<StoredEvent, 'kind' | 'at' | 'data'>,
  { format, template }: Pick<Webhook, 'format' | 'template'>,
  publicUrl: string | null,
): string {
  const url =
    publicUrl === null ? null : data.job === null ? `${publicUrl}/` : `${publicUrl}/jobs/${data.job.id}`;
  if (format === 'json')
    return JSON.stringify({ type: kind, timestamp: new Date(at).toISOString(), data: { ...data, url } });
  const line = eventLine(template ?? defaultTemplate, kind, data, url ?? '');
  return lineBody(format, line);
}

/**
 * A line in the form of a format. A title can contain markup: names in it notify nobody (`@channel`, `<!here>`), and no text hides the address of a link
 * (`[Answer](https://other.example)` of Mattermost). Pure.
 */
function lineBody(format: Exclude<WebhookFormat, 'json'>, line: string): string {
  if (format === 'text') return `${line}\n`;
  const escaped = line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return JSON.stringify({ text: escaped.replaceAll(/@(?=\w)|\](?=[([])/g, '$&\u200B') });
}
