import * as v from 'valibot';
import { type NoticeMoment, noticeMoments, type Templates, templateTrouble } from '../core/notice.ts';
import type { Kind } from './kind.ts';

const longestTemplate = 500;

/** Moments that people are told of, none twice. */
export const momentList: Kind<readonly NoticeMoment[]> = {
  type: `list of ${noticeMoments.join(', ')}`,
  expected: `a list of ${noticeMoments.join(', ')}`,
  schema: v.pipe(
    v.array(v.picklist(noticeMoments, ''), ''),
    v.check((moments) => new Set(moments).size === moments.length, 'which names a moment twice'),
  ),
  write: (moments) => moments,
};

const templateText = v.pipe(
  v.string(''),
  v.nonEmpty('which is empty'),
  v.maxLength(longestTemplate, `which is longer than ${longestTemplate} characters`),
  v.check((text) => !/\p{Cc}/u.test(text) && text.isWellFormed(), 'which holds a control character'),
  v.rawCheck(({ dataset, addIssue }) => {
    const why = dataset.typed ? templateTrouble(dataset.value) : null;
    if (why !== null) addIssue({ message: why });
  }),
);

/** A text for each moment that shall have another one than the usual. */
export const templateMap: Kind<Templates> = {
  isMap: true,
  type: 'map of moments to texts',
  expected: `a map of ${noticeMoments.join(', ')} to texts`,
  schema: v.pipe(
    // First the names: of an entry that has none of them, its text is not told of as well.
    v.record(v.picklist(noticeMoments, 'whose key is no moment'), v.unknown(), ''),
    // A null takes an earlier file's text away; merging has done so, and what is left of it says nothing.
    v.record(v.picklist(noticeMoments), v.nullable(templateText), ''),
    v.transform((map): Templates => Object.fromEntries(Object.entries(map).filter(([, text]) => text !== null))),
  ),
  write: (templates) => ({ ...templates }),
};
