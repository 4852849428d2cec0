// Which transfer syntax a JPEG stream is in, told from its frame header. PS3.5 8.2.1, ITU-T T.81 B.1.1.3.

const processes: Readonly<Record<number, string>> = {
  192: '1.2.840.10008.1.2.4.50',
  193: '1.2.840.10008.1.2.4.51',
  195: '1.2.840.10008.1.2.4.57',
};
const firstOrderPrediction = '1.2.840.10008.1.2.4.70';

/** Undefined where the stream is no JPEG, or of a process that DICOM has no syntax for. */
export const jpegSyntax = (stream: Uint8Array): string | undefined => {
  if (stream[0] !== 0xff || stream[1] !== 0xd8) return undefined;
  let process: string | undefined;
  for (let at = 2; at + 9 < stream.length && stream[at] === 0xff; ) {
    const marker = stream[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const length = ((stream[at + 2] ?? 0) << 8) | (stream[at + 3] ?? 0);
    process ??= processes[marker];
    if (marker === 0xda) {
      const predictor = stream[at + 5 + 2 * (stream[at + 4] ?? 0)];
      return process === processes[195] && predictor === 1 ? firstOrderPrediction : process;
    }
    at += 2 + Math.max(2, length);
  }
  return undefined;
};
