// What the codes of A-ASSOCIATE-RJ and A-ABORT say, and what to do about it. PS3.8 Tables 9-21 and 9-26.

interface Words {
  readonly text: string;
  readonly remedy: string;
}

/** By source.reason of an A-ASSOCIATE-RJ. */
export const rejections: Readonly<Record<string, Words>> = {
  '1.1': { text: 'no reason given', remedy: 'the log of the called system says more' },
  '1.2': {
    text: 'application context name not supported',
    remedy: 'the calling system does not speak DICOM as the standard defines it',
  },
  '1.3': { text: 'calling AE title not recognized', remedy: 'register the calling AE title at the called system' },
  '1.7': { text: 'called AE title not recognized', remedy: 'correct the called AE title at the calling system' },
  '2.1': { text: 'no reason given by the service provider', remedy: 'the log of the called system says more' },
  '2.2': {
    text: 'protocol version not supported',
    remedy: 'the calling system must offer version 1 of the upper layer',
  },
  '3.1': { text: 'temporary congestion', remedy: 'try again later' },
  '3.2': {
    text: 'local limit exceeded',
    remedy: 'try again later, or raise the limit of associations at the called system',
  },
};

/** By reason of an A-ABORT whose source is the service provider (2). */
export const abortReasons: Readonly<Record<number, string>> = {
  0: 'reason not specified',
  1: 'unrecognized PDU',
  2: 'unexpected PDU',
  4: 'unrecognized PDU parameter',
  5: 'unexpected PDU parameter',
  6: 'invalid PDU parameter value',
};

/** A rejection in words, with its codes as result/source/reason. */
export function rejectionText(result: number, source: number, reason: number): string {
  const text = rejections[`${source}.${reason}`]?.text ?? 'a reason that the standard does not define';
  return `${text} (${result === 1 ? 'permanent' : 'transient'}, ${result}/${source}/${reason})`;
}

/** An abort in words. */
export const abortText = (source: number, reason: number): string =>
  source === 0
    ? 'by the service user'
    : `by the service provider: ${abortReasons[reason] ?? 'reason not specified'} (${source}/${reason})`;
