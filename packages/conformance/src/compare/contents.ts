// What instances and messages hold: character sets, attributes that the receiver needs, coercion, codes, grayscale. PS3.2 A.6, A.8
import { codingReasons } from './coding.ts';
import type { Reason } from './verdict.ts';
import type { StatementView } from './view.ts';

const at = (path: string) => ({ initiator: path, acceptor: path });

function characterSetReasons(sender: StatementView, receiver: StatementView): readonly Reason[] {
  const [ours, theirs] = [sender.characterSets, receiver.characterSets];
  if (ours.state !== 'described' || theirs.state !== 'described') {
    const silent = theirs.state === 'described' ? 'initiator' : 'acceptor';
    return [
      {
        code: 'character-sets-not-stated',
        severity: 'limit',
        text: `${silent === 'initiator' ? sender.label : receiver.label} does not state its character sets: text beyond ASCII may be unreadable.`,
        remedy: 'Ask for the supported values of Specific Character Set, and what happens to others.',
        ask: silent,
        ...at('/characterSets'),
      },
    ];
  }
  const sent = ours.value.sets.filter(({ direction }) => direction !== 'received').flatMap(({ terms }) => terms);
  const taken = new Set(
    theirs.value.sets.filter(({ direction }) => direction !== 'sent').flatMap(({ terms }) => terms),
  );
  const missing = [...new Set(sent)].filter((term) => !taken.has(term) && !/ 6$/.test(term));
  if (missing.length === 0) return [];
  return [
    {
      code: 'character-sets',
      severity: 'limit',
      text: `Sent and not supported on the other side: ${missing.join(', ')}. There: ${theirs.value.unsupported ?? 'not stated what happens.'}`,
      ...at('/characterSets/supported'),
    },
  ];
}

/** What the receiver needs, in each object that the sender creates. */
function attributeReasons(sender: StatementView, receiver: StatementView): readonly Reason[] {
  const [created, needed] = [sender.createdObjects, receiver.attributeUsage];
  if (created.state !== 'described' || needed.state !== 'described') return [];
  return created.value.flatMap(({ sopClass, attributes, path }) =>
    needed.value.flatMap(({ tag, attribute, ifMissing, path: where }): readonly Reason[] => {
      const found = attributes.find((each) => each.tag === tag);
      const base = { initiator: found?.path ?? path, acceptor: where };
      const what = `${attribute} ${tag} of ${sopClass}`;
      if (found?.presence === 'ALWAYS') return [];
      if (found?.presence === 'VNAP' || found?.presence === 'ANAP')
        return [
          {
            code: 'attribute-sometimes',
            severity: 'limit',
            text: `${what} is needed and ${found.presence === 'VNAP' ? 'may be empty' : 'may be absent'}. Without it: ${ifMissing}`,
            ...base,
          },
        ];
      const unknown = found?.presence === 'unknown';
      return [
        {
          code: unknown ? 'attribute-not-stated' : 'attribute-missing',
          severity: unknown ? 'unknown' : 'cannot',
          text: `${what} is needed and ${unknown ? 'its presence is not stated' : 'is never there'}. Without it: ${ifMissing}`,
          ...base,
          ...(unknown && { ask: 'initiator' as const }),
        },
      ];
    }),
  );
}

/** What the receiver changes, where the sender relies on it later. */
function coercionReasons(sender: StatementView, receiver: StatementView): readonly Reason[] {
  if (receiver.coercion.state !== 'described') return [];
  const used = new Set(
    sender.attributeUsage.state === 'described' ? sender.attributeUsage.value.map(({ tag }) => tag) : [],
  );
  const identifying = new Set(['(0020,000D)', '(0020,000E)', '(0008,0018)']);
  return receiver.coercion.value
    .filter(({ tag }) => used.has(tag) || identifying.has(tag))
    .map(({ tag, attribute, condition, path }) => ({
      code: 'coerced',
      severity: 'limit',
      text: `${attribute} ${tag} is changed by the receiver (${condition}), and the sender relies on it.`,
      initiator: '/annexes/attributeUsage',
      acceptor: path,
    }));
}

const presentation = ['1.2.840.10008.5.1.4.1.1.11.1', '1.2.840.10008.5.1.1.23'];
const speaksOfGrayscale = /grayscale standard display|gsdf|ps ?3\.14/i;
const denies = /\bnot\b|\bnone\b|\bno\b|only where/i;

/** Presentation states and Presentation LUTs need a calibrated display or printer. */
function grayscaleReasons(sender: StatementView, receiver: StatementView): readonly Reason[] {
  const sends =
    sender.networking.state === 'described' &&
    sender.networking.value.some(({ sopClasses }) =>
      sopClasses.some(({ uid, scu }) => scu && presentation.includes(uid)),
    );
  const text = receiver.grayscale;
  if (!sends || (text !== undefined && speaksOfGrayscale.test(text) && !denies.test(text))) return [];
  return [
    {
      code: 'grayscale',
      severity: 'limit',
      text: `Presentation states or Presentation LUTs are sent; on the other side: ${text ?? 'nothing is stated about the Grayscale Standard Display Function.'}`,
      ...at('/annexes/grayscale'),
      ...(text === undefined && { ask: 'acceptor' as const }),
    },
  ];
}

/** System management that one side has and the other has not. */
function facilityReasons(sender: StatementView, receiver: StatementView): readonly Reason[] {
  const time = /time synchroni[sz]ation|ntp/i;
  const [ours, theirs] = [sender, receiver].map(({ managementProfiles }) =>
    managementProfiles.some((name) => time.test(name)),
  );
  if (ours === theirs) return [];
  return [
    {
      code: 'time-synchronization',
      severity: 'information',
      text: `Only ${ours ? sender.label : receiver.label} states that its clock is synchronized: times of the two may differ.`,
      ...at('/networking/interfaces/managementProfiles'),
    },
  ];
}

/** Everything that contents say in one direction; `initiator` is who sends. */
export const contentReasons = (sender: StatementView, receiver: StatementView): readonly Reason[] => [
  ...characterSetReasons(sender, receiver),
  ...attributeReasons(sender, receiver),
  ...coercionReasons(sender, receiver),
  ...codingReasons(sender, receiver),
  ...grayscaleReasons(sender, receiver),
  ...facilityReasons(sender, receiver),
];
