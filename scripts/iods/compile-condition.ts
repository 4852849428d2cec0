// Turns a condition written in English into one that can be evaluated, where its words are of the few plain forms most have.
import type { Condition } from '../../packages/dicom/src/iod/condition.ts';
import { phrases } from './phrases.ts';

/** What the sentence is read with. */
export interface Reading {
  /** Where an attribute stands, seen from the item a condition belongs to; undefined where that cannot be said. */
  readonly resolve: (tag: string) => string | undefined;
  /** The name of an attribute in the dictionary. */
  readonly nameOf: (tag: string) => string | undefined;
  /** The tag of a name in the dictionary. */
  readonly tagOf: (name: string) => string | undefined;
}

/** A sentence whose attributes are numbered, `<0> is present and <1> is YES`, and where each stands. */
interface Marked {
  readonly text: string;
  readonly references: readonly (string | undefined)[];
}

const written = /\(([0-9A-F]{4}),([0-9A-F]{4})\)/i;

/** Names in capitals that stand without their tags get them: `Number of Frames is present`. Single words are too common. */
function withTags(sentence: string, tagOf: Reading['tagOf']): string {
  const name = /(?<![\w"])[A-Z][\w-]*(?: (?:of|to|in|from|for|per|the|[A-Z][\w-]*))+(?![\w"])(?! [A-Z(])/g;
  return sentence.replace(name, (words) => {
    const tag = tagOf(words);
    return tag === undefined ? words : `${words} (${tag.slice(0, 4)},${tag.slice(4)})`;
  });
}

function mark(sentence: string, { resolve, nameOf, tagOf }: Reading): Marked {
  const references: (string | undefined)[] = [];
  let text = withTags(sentence, tagOf);
  for (let found = written.exec(text); found; found = written.exec(text)) {
    const tag = `${found[1]}${found[2]}`.toUpperCase();
    const before = text.slice(0, found.index).trimEnd().replace(/,$/, '');
    const name = nameOf(tag) ?? '';
    const named = before.toLowerCase().endsWith(name.toLowerCase());
    const head = named ? before.slice(0, before.length - name.length) : before.replace(/[A-Z][\w'’/-]*$/, '');
    text = `${head.trimEnd()} <${references.length}>${text.slice(found.index + found[0].length)}`.trimStart();
    references.push(resolve(tag));
  }
  return { text, references };
}

/** Values are in capitals or in quotes; anything else is prose. */
const value = /^(?:["'“][^"']+["'”]|[A-Z0-9][A-Z0-9_+.-]*(?: [A-Z0-9][A-Z0-9_+.-]*)*)$/;

function values(text: string): string[] | undefined {
  const list = text.split(/,? or (?:to )?|, /).map((part) => part.trim().replace(/^(?:either|equal to) /, ''));
  return list.every((part) => value.test(part)) ? list.map((part) => part.replace(/^["'“]|["'”]$/g, '')) : undefined;
}

const subject = String.raw`(?:a |the |one or more of the )?(?:values? (?:of|for) )?(?:the )?<(\d+)>(?:'s)?(?:,? [Vv]alue (\d))?(?: value)?(?: of this [Ff]rame| at the image level| in (?:the|this) [A-Z][\w ]* Module)?`;
const verb =
  '(?:is present and (?:the value is|its value is|equals|is|has a value of)|is present with (?:a |the )?value(?: of)?|is equal to|equals to|equals|=|is|has (?:a|the) [Vv]alue(?: of)?|has value|with a value of)';
const comparison = new RegExp(`^${subject} ${verb} (.+)$`);
const negation = new RegExp(
  `^${subject} (?:is not equal to|is not|does not equal|equals? other than|is other than) (.+)$`,
);
const magnitude = new RegExp(`^${subject} (?:is|has a [Vv]alue) greater than (\\d+)$`);
const nonZero = new RegExp(`^${subject} is non-zero$`);
const presence =
  /^(?:either |neither |the )?(<\d+>(?:(?:,? and |,? or |,? nor |, )(?:if )?(?:the )?<\d+>)*) (?:is|are) (?:both )?(not present|present|absent)$/;

function presenceOf(
  text: string,
  list: string,
  state: string,
  references: Marked['references'],
): Condition | undefined {
  const named = [...list.matchAll(/<(\d+)>/g)].map((match) => references[Number(match[1])]);
  const known = named.filter((reference) => reference !== undefined);
  if (known.length < named.length) return undefined;
  const each = known.map((reference): Condition => {
    const present: Condition = ['present', reference];
    return state === 'present' && !text.startsWith('neither') ? present : ['not', present];
  });
  const [only] = each;
  if (each.length === 1) return only;
  // "A or B are not present" means neither is, in every sentence of the standard that says so of alternatives.
  return list.includes(' or ') && state === 'present' ? ['any', each] : ['all', each];
}

function clause({ text, references }: Marked): Condition | undefined {
  const [, list, state] = presence.exec(text) ?? [];
  if (list && state) return presenceOf(text, list, state, references);
  const zero = nonZero.exec(text);
  const greater = magnitude.exec(text);
  const unlike = negation.exec(text);
  const like = zero ?? greater ?? unlike ?? comparison.exec(text);
  const reference = references[Number(like?.[1])];
  if (!like || reference === undefined) return undefined;
  if (zero)
    return [
      'all',
      [
        ['present', reference],
        ['not', ['is', reference, 1, ['0']]],
      ],
    ];
  if (greater) return ['greater', reference, Number(greater[3])];
  const listed = values(like[3] ?? '');
  if (!listed) return undefined;
  const is: Condition = ['is', reference, Number(like[2] ?? 0), listed];
  return unlike
    ? [
        'all',
        [
          ['present', reference],
          ['not', is],
        ],
      ]
    : is;
}

const conjunctions = [
  [/,? and (?:if )?(?=(?:a |the )?(?:values? (?:of|for) )?(?:the )?<)/g, 'all'],
  [/,? or (?:if )?(?=(?:a |the )?(?:values? (?:of|for) )?(?:the )?<)/g, 'any'],
] as const;

/** Clauses joined by one kind of conjunction; mixtures are not guessed at. */
function joined({ text, references }: Marked): Condition | undefined {
  const whole = clause({ text, references });
  if (whole) return whole;
  for (const [word, kind] of conjunctions)
    for (const found of text.matchAll(word)) {
      const left = clause({ text: text.slice(0, found.index).trim(), references });
      const remainder = { text: text.slice(found.index + found[0].length).trim(), references };
      const single = left && clause(remainder);
      const right = single ?? (left && joined(remainder));
      if (!left || !right || (!single && right[0] !== kind)) continue;
      return [kind, !single && right[0] === kind ? [left, ...right[1]] : [left, right]];
    }
  return undefined;
}

/** What the sentence requires; undefined where it says more than the plain forms do. */
export function compileCondition(sentence: string, reading: Reading): Condition | undefined {
  // A value that is fixed in some case says nothing of when there must be one.
  const plain = sentence
    .trim()
    .replace(/\.$/, '')
    .replace(/^Shall be 0 if [^.]*\. (?=Required if )/, '');
  const phrase = Object.entries(phrases).find(
    ([words]) => words === plain || (words.endsWith('…') && plain.startsWith(words.slice(0, -1))),
  )?.[1];
  if (phrase) return located(phrase, reading.resolve);
  const { text, references } = mark(plain.replaceAll(/ \(Legacy Converted\)/g, '').replaceAll(/,$/g, ''), reading);
  const [first = '', ...rest] = text.split(/[.;] |, and shall|, shall|,? (?:but )?may be present otherwise/);
  if (rest.some((other) => /Required|unless|except|\bonly\b/i.test(other))) return undefined;
  const [, body] = /^(?:Required|Shall be present) (?:only )?if (.+?)[.;:,]*$/.exec(first.trim()) ?? [];
  return body === undefined ? undefined : joined({ text: body.trim(), references });
}

/** A phrase's condition with its tags put where they stand. */
function located(condition: Condition, resolve: Reading['resolve']): Condition | undefined {
  if (condition[0] === 'module') return condition;
  if (condition[0] === 'not') {
    const inner = located(condition[1], resolve);
    return inner && ['not', inner];
  }
  if (condition[0] === 'all' || condition[0] === 'any') {
    const [kind, parts] = condition;
    const known = parts.map((part) => located(part, resolve)).filter((part) => part !== undefined);
    return known.length === parts.length ? [kind, known] : undefined;
  }
  const reference = /^[0-9A-F]{8}$/.test(condition[1]) ? resolve(condition[1]) : condition[1];
  if (reference === undefined) return undefined;
  if (condition[0] === 'present') return ['present', reference];
  if (condition[0] === 'greater') return ['greater', reference, condition[2]];
  return ['is', reference, condition[2], condition[3]];
}
