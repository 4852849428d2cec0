// Why something with media is not done: a closed set of reasons, each of which a face turns into its own answer.

export const mediaRefusals = {
  'not-allowed': 'the settings do not allow this folder',
  'no-such-folder': 'there is no such folder',
  'no-such-medium': 'no such medium is open',
  'no-such-upload': 'no such upload is open',
  'no-such-action': 'there is no such action',
  'no-such-peer': 'no peer goes by this AE title',
  'nothing-chosen': 'nothing of the medium is named',
  'bad-name': 'the name is none that a file of a medium can have',
  'bad-zip': 'the ZIP archive cannot be read',
  'too-large': 'more bytes than the settings allow',
  'too-many': 'more than there may be',
  'not-sent': 'not all of it was sent',
  unreadable: 'the medium cannot be read',
  busy: 'something is being done with this medium',
} as const;

/** The one error of this part; `fault` says which, the message adds the detail. */
export class MediaRefusal extends Error {
  readonly fault: keyof typeof mediaRefusals;
  constructor(fault: keyof typeof mediaRefusals, detail = '', cause?: unknown) {
    super(`${mediaRefusals[fault]}${detail && `: ${detail}`}`, { cause });
    this.name = 'MediaRefusal';
    this.fault = fault;
  }
}
