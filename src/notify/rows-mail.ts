import type { MailTarget } from './message.ts';
import type { TargetRow } from './row.ts';

/** Mail, with shoutrrr's parameters. */
export const mailRows: readonly TargetRow[] = [
  {
    service: 'mail',
    schemes: ['smtp'],
    shape: 'smtp://[USER:PASSWORD@]HOST[:PORT]/?from=ADDRESS&to=ADDRESS[,ADDRESS]',
    read(url) {
      const from = url.param('from') ?? url.param('fromaddress');
      const to = (url.param('to') ?? url.param('toaddresses') ?? '').split(',').map((address) => address.trim());
      if (from === null || !isAddress(from)) return { why: 'needs from=ADDRESS' };
      if (!to.every(isAddress)) return { why: 'needs to=ADDRESS[,ADDRESS]' };
      const named = (url.param('encryption') ?? (url.param('usestarttls') === 'no' ? 'none' : 'auto')).toLowerCase();
      const encryption = encryptions[named];
      if (encryption === undefined)
        return { why: 'has an encryption other than None, Auto, ExplicitTLS and ImplicitTLS' };
      const port = url.port ?? (encryption === 'implicit' ? 465 : 25);
      const auth = url.user === '' ? null : { user: url.user, pass: url.password };
      // A password never goes over a connection that anybody can read.
      const safe = auth !== null && encryption === 'auto' ? (port === 465 ? 'implicit' : 'starttls') : encryption;
      if (auth !== null && safe === 'none')
        return { why: 'has a password and encryption=None, which would show it to the network' };
      return [
        { by: 'mail', mail: { host: url.host, port, encryption: safe, auth, from, to, subject: url.param('subject') } },
      ];
    },
  },
];

const encryptions: Readonly<Record<string, MailTarget['encryption']>> = {
  none: 'none',
  auto: 'auto',
  explicittls: 'starttls',
  implicittls: 'implicit',
};

function isAddress(text: string): boolean {
  return /^[^\s@<>,]+@[^\s@<>,]+$/.test(text);
}
