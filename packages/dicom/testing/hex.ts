// Bytes written as readable hexadecimal, the meaning beside them.

/** The hexadecimal pairs at the front of each line; what follows two spaces and a word that is no pair is comment. */
export function hex(text: TemplateStringsArray, ...values: readonly (string | number)[]): Uint8Array {
  const whole = String.raw({ raw: text }, ...values);
  const pairs = whole
    .split('\n')
    .flatMap((line) => /^\s*((?:[0-9a-f]{2}\s+|[0-9a-f]{2}$)*)/i.exec(line)?.[1]?.trim().split(/\s+/) ?? []);
  return Uint8Array.from(pairs.filter(Boolean), (pair) => Number.parseInt(pair, 16));
}
