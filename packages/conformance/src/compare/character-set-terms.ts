// The defined terms of Specific Character Set (0008,0005) that a text names. PS3.3 C.12.1.1.2

const family = /ISO[_ ](?:IR|2022[_ ]IR)[_ ]\d+(?:\s*(?:,|and)\s*\d+)*|GB18030|GBK/gi;

/** `ISO_IR 100`, `ISO 2022 IR 6, 13 and 87` → each by its number; the default repertoire is `ISO_IR 6`. */
export function characterSetTerms(text: string): readonly string[] {
  const found = [...text.matchAll(family)].flatMap(([term]) => {
    if (/^GB/i.test(term)) return [term.toUpperCase()];
    const prefix = /2022/.test(term) ? 'ISO 2022 IR' : 'ISO_IR';
    const numbers = term.replace(/^ISO[_ ](?:2022[_ ])?IR[_ ]/i, '').match(/\d+/g) ?? [];
    return numbers.map((number) => `${prefix} ${number}`);
  });
  return found.length === 0 && /default/i.test(text) ? ['ISO_IR 6'] : [...new Set(found)];
}
