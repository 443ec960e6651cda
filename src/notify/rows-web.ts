import { fieldsOf, type Message, type Post } from './message.ts';
import { basic, byHttp, json, type TargetRow } from './row.ts';
import type { ServiceUrl } from './url.ts';

/** Webhooks as their services show them, known by their host; any other one gets all fields as JSON. */
export const webRows: readonly TargetRow[] = [
  {
    service: 'webhook',
    schemes: ['https', 'http'],
    shape: 'https://HOST/PATH',
    read(url) {
      const to = new URL(url.whole);
      to.username = '';
      to.password = '';
      to.hash = '';
      const headers: Record<string, string> = url.user === '' ? {} : { authorization: basic(url.user, url.password) };
      const body = bodyFor(url);
      return byHttp((message): Post => json(to, body(message), headers));
    },
  },
];

function bodyFor({ host, path }: ServiceUrl): (message: Message) => object {
  if (host === 'hooks.slack.com' || host === 'chat.googleapis.com') return ({ text }) => ({ text });
  if ((host === 'discord.com' || host === 'discordapp.com') && path[1] === 'webhooks') {
    return ({ text }) => ({ content: text, allowed_mentions: { parse: [] } });
  }
  if (teamsHosts.some((end) => host.endsWith(end))) return ({ text }) => adaptiveCard(text);
  return fieldsOf;
}

/** Teams' webhooks by a workflow, and those of connectors, take this; a workflow takes nothing else. */
const teamsHosts = ['.webhook.office.com', '.logic.azure.com', '.api.powerplatform.com'];

function adaptiveCard(text: string): object {
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [{ type: 'TextBlock', text, wrap: true }],
  };
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }],
  };
}
