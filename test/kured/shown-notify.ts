import assert from 'node:assert/strict';
import { type NoticeMoment, noticeMoments, noticeText } from '../../src/core/notice.ts';
import { isProblem, readTargets } from '../../src/notify/targets.ts';
import { imported } from './imported.ts';
import type { Shown } from './shown-case.ts';

const slack = 'https://hooks.slack.com/services/T0/B0/s3cret';

/** Where the first message goes by what the import wrote into its file. */
export function requestOf(flags: readonly string[]): string | null {
  const { sheet, yaml, settings } = imported(flags);
  const file = sheet.secrets.find(({ file: name }) => name === 'notify');
  assert.equal(settings.notifications.urlFiles.length, file === undefined ? 0 : 1);
  if (file === undefined) return null;
  assert.doesNotMatch(yaml, /s3cret/);
  const [target] = readTargets('/f', file.text);
  if (target === undefined || isProblem(target) || target.way.by !== 'http') return null;
  const text = 'Draining node n1';
  return target.way.post({ id: '1', moment: 'draining', node: 'n1', why: '', at: '', text }).url.href;
}

/** The text that people read at a moment. */
function told(flags: readonly string[], moment: NoticeMoment): string {
  const { templates } = imported(['--notify-url=slack://T0/B0/C0', ...flags]).settings.notifications;
  return noticeText({ moment, node: 'n1', why: 'libc6', at: '', since: '' }, templates);
}

/** One of the three templates of kured. */
function template(flag: string, moment: NoticeMoment): Shown {
  return {
    'has the name of the node for %s and %v, and a % for %%': () =>
      assert.equal(told([`--${flag}=%s is 100%% {done}: %v`], moment), 'n1 is 100% {done}: n1'),
    'differs without %s, where kured puts garbage at the end; the file says so': () => {
      assert.equal(told([`--${flag}=now`], moment), 'now');
      const { comment } = imported(['--notify-url=slack://T0/B0/C0', `--${flag}=now`]);
      assert.match(comment('notifications.templates'), /with garbage around it/);
    },
    'is of no use without a URL, and that is said': () =>
      assert.match(imported([`--${flag}=x`]).note(flag), /without --notify-url nobody is told/),
    'that is empty is the usual one, and that is said': () => {
      assert.match(told([`--${flag}=`], moment), /n1/);
      assert.match(imported(['--notify-url=slack://T0/B0/C0', `--${flag}=`]).note(flag), /the usual one is told/);
    },
  };
}

export const shownNotify = {
  'notify-url': {
    'tells by that service, of the three moments of kured': () => {
      assert.equal(requestOf(["--notify-url='slack://T0/B0/s3cret'"]), slack);
      const { settings, comment } = imported(['--notify-url=slack://T0/B0/C0']);
      const { moments } = settings.notifications;
      assert.deepEqual(
        noticeMoments.filter((moment) => moments.includes(moment)),
        ['draining', 'rebooting', 'back'],
      );
      const others = noticeMoments.filter((moment) => !moments.includes(moment));
      assert.equal(comment('notifications.moments'), `what kured tells of; there are also ${others.join(', ')}`);
    },
    'tells nobody where it is empty': () => assert.equal(requestOf(["--notify-url=''"]), null),
    'takes nothing from --slack-hook-url beside it, as in kured': () => {
      const flags = ['--notify-url=discord://s3cret@123', `--slack-hook-url=${slack}`];
      assert.equal(requestOf(flags), 'https://discord.com/api/webhooks/123/s3cret');
      assert.match(imported(flags).note('slack-hook-url'), /beside --notify-url kured does not use it/);
    },
  },
  'slack-hook-url': {
    'tells by that webhook': () => assert.equal(requestOf([`--slack-hook-url="${slack}"`]), slack),
    'that is none tells nobody, as in kured, and that is said': () => {
      assert.equal(requestOf(['--slack-hook-url=https://hooks.slack.com/services/T0/B0']), null);
      assert.match(imported(['--slack-hook-url=https://example.com/x']).note('slack-hook-url'), /kured tells nobody/);
    },
  },
  'slack-username': {
    'changes nothing in kured, and is said to': () =>
      assert.match(
        imported(['--slack-username=me']).note('slack-username'),
        /takes it and does not use it; \?botname=NAME/,
      ),
    'has its like in the URL': () => {
      const [target] = readTargets('/f', 'slack://T0/B0/C0?botname=me');
      assert.ok(target !== undefined && !isProblem(target) && target.way.by === 'http');
      const { body } = target.way.post({ id: '1', moment: 'back', node: 'n1', why: '', at: '', text: 'x' });
      assert.equal(JSON.parse(body).username, 'me');
    },
  },
  'slack-channel': {
    'changes nothing in kured, and is said to': () =>
      assert.match(imported(['--slack-channel=ops']).note('slack-channel'), /takes it and does not use it/),
  },
  'message-template-drain': template('message-template-drain', 'draining'),
  'message-template-reboot': template('message-template-reboot', 'rebooting'),
  'message-template-uncordon': template('message-template-uncordon', 'back'),
} as const satisfies Readonly<Record<string, Shown>>;
