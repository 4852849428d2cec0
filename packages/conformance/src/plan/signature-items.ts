// Items about Digital Signatures: whether they hold after storing and bringing back, and what becomes of one that does not. PS3.2 A.7.1, PS3.15 Annex C
import { queryRetrieveSopClasses } from '@concord/network';
import { item, type PlanItem } from './item.ts';
import { idOf, provides, type Situation } from './situation.ts';
import { sampleOf, syntaxFor } from './storage-items.ts';

const isDenied = (text: string): boolean =>
  /^(?:no\b|never|not\b)|\bnot (?:preserved|kept)|\b(?:removed|dropped|lost)\b/i.test(text);
const isRefused = (text: string): boolean =>
  !/\bnot (?:verified|checked)|^(?:no|never)\b/i.test(text) && /refus|reject/i.test(text);

interface Words {
  readonly variant: 'whole' | 'broken';
  readonly title: string;
  readonly action: string;
  readonly expected: string;
  readonly stated: 'preserved' | 'not preserved' | 'refused' | 'not verified';
  readonly text: string;
  readonly path: string;
}

function wordsOf({ preserved, verified }: { readonly preserved: string; readonly verified: string }): readonly Words[] {
  const kept = !isDenied(preserved);
  const refused = isRefused(verified);
  return [
    {
      variant: 'whole',
      title: `The Digital Signature of an instance ${kept ? 'holds' : 'is gone or does not hold'} after storing and bringing back`,
      action: 'Store an instance with a Digital Signature over all its attributes, and bring it back with C-GET.',
      expected: kept ? 'The signature verifies.' : 'The signature does not verify, as stated.',
      stated: kept ? 'preserved' : 'not preserved',
      text: preserved,
      path: '/security/signatures/preserved',
    },
    {
      variant: 'broken',
      title: `An instance that was changed after it was signed is ${refused ? 'refused' : 'stored as any other'}`,
      action: 'Store an instance with a Digital Signature that does not fit.',
      expected: refused ? 'A failure.' : 'Status 0000, or a warning.',
      stated: refused ? 'refused' : 'not verified',
      text: verified,
      path: '/security/signatures/verified',
    },
  ];
}

/** Where the statement speaks of signatures, and what is stored can be brought back. */
export function signatureItems(situation: Situation): readonly PlanItem[] {
  const { security } = situation.system;
  const signatures = security.state === 'described' ? security.value.signatures : undefined;
  const { studyRootGet, patientRootGet } = queryRetrieveSopClasses;
  const get = provides(situation, studyRootGet) ?? provides(situation, patientRootGet);
  const sample = sampleOf(situation);
  const syntax = sample && syntaxFor(sample.offer);
  if (!signatures || !get || !sample || syntax === undefined || sample.situation !== situation) return [];
  return wordsOf(signatures).map(({ variant, title, action, expected, stated, text, path }) =>
    item({
      id: idOf(situation, 'signature', variant),
      title,
      service: 'Digital Signatures',
      kind: variant === 'whole' ? 'positive' : 'negative',
      claim: { text, paths: [path], section: 'A.7.1' },
      data: 'A synthetic instance of a marked test patient, signed with a key made for it.',
      steps: [{ action, expected }],
      criterion: expected,
      safety: 'adds data',
      priority: 'should',
      dependsOn: [sample.id, idOf(situation, 'negotiation', get.activity.id)],
      check: { kind: 'signature', variant, sopClass: sample.offer.uid, transferSyntax: syntax, get: get.uid, stated },
    }),
  );
}
