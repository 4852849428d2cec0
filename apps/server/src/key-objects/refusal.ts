// Why a key object selection is not made: a closed set of reasons, each of which a face turns into its own answer.

export const keyObjectRefusals = {
  'no-such-title': 'the title is not in CID 7010 as it is extended here',
  'no-such-modifier': 'the title has no such modifier',
  'no-modifier': 'the title needs a modifier',
  'no-such-instance': 'not in the archive',
  twice: 'chosen twice',
  'other-patient': 'the objects are of more than one patient',
  'no-such-frame': 'the object has no such frame',
  'too-many': 'more than one selection may have',
  'not-stored': 'the document could not be stored',
} as const;

/** The one error of this part; `fault` says which, the message adds the detail. */
export class KeyObjectRefusal extends Error {
  readonly fault: keyof typeof keyObjectRefusals;
  constructor(fault: keyof typeof keyObjectRefusals, detail = '', cause?: unknown) {
    super(`${keyObjectRefusals[fault]}${detail && `: ${detail}`}`, { cause });
    this.name = 'KeyObjectRefusal';
    this.fault = fault;
  }
}
