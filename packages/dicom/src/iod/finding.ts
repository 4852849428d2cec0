// What validation says of a data set. PS3.3, PS3.5.

/** The rules that can be broken, in words. */
export const rules = {
  'unknown-sop-class': 'the SOP Class is not one of the standard, or has no IOD',
  'forbidden-module': 'a module is there that shall not be',
  'unlisted-module': 'the attributes of a module are not known here and were not checked',
  missing: 'a required attribute is not there',
  empty: 'an attribute of type 1 has no value',
  forbidden: 'an attribute is there that shall not be',
  items: 'too few or too many items',
  'enumerated-value': 'a value that is not one of the enumerated values',
  'defined-term': 'a value that is not one of the defined terms',
  code: 'a code has not exactly one of Code Value, Long Code Value and URN Code Value',
  'missing-functional-group': 'a required functional group is neither shared nor in every frame',
  'doubled-functional-group': 'a functional group is both shared and per frame',
  'frame-count': 'there are not as many Per-frame items as frames',
  vr: 'the VR is not that of the dictionary',
  vm: 'the number of values is not that of the dictionary',
  length: 'a value is longer than its VR allows',
  repertoire: 'a value holds characters its VR does not allow',
  format: 'a value does not have the form of its VR',
  padding: 'text is padded with zero bytes instead of spaces',
  undecodable: 'a value holds bytes the declared character set has no character for',
  'unknown-attribute': 'the dictionary does not have this attribute',
  'foreign-attribute': 'the IOD does not have this attribute (a Standard Extended SOP Class)',
  retired: 'the attribute is retired',
  'private-creator': 'a private element has no private creator',
  consistency: 'attributes contradict each other',
} as const;
/** A key of `rules`: which of the checks found it. */
export type Rule = keyof typeof rules;

/** One difference between a data set and its IOD. PS3.3. */
export interface ValidationFinding {
  /** Where, such as `RequestAttributesSequence[0].ScheduledProcedureStepID`; '' for the whole data set. */
  readonly path: string;
  readonly rule: Rule;
  /** An error breaks the standard; a warning may; information says what was not or need not be checked. */
  readonly severity: 'error' | 'warning' | 'information';
  /** One sentence for a person. */
  readonly message: string;
  /** Where the standard says so, such as `PS3.3 Table C.7-1`. */
  readonly section: string;
}
