// Defined terms of Specific Character Set that a text names. PS3.2 A.6; PS3.3 C.12.1.1.2
import type { CleanLine } from './clean-lines.ts';
import { unread } from './doubt.ts';

const term = /\bISO[_ ]IR ?\d{1,3}\b|\bISO ?2022 IR ?\d{1,3}\b|\bGB ?18030\b|\bGBK\b/g;

/** As PS3.3 writes it: `ISO_IR 100`, `ISO 2022 IR 87`. */
function written(found: string): string {
  const number = /\d{1,3}$/.exec(found)?.[0] ?? '';
  if (/2022/.test(found)) return `ISO 2022 IR ${number}`;
  return found.startsWith('ISO') ? `ISO_IR ${number}` : found.replace(' ', '');
}

/** The part of the model, unknown where no term stands in the text. */
export function readCharacterSets(lines: readonly CleanLine[]) {
  const text = lines.map((line) => line.text).join('\n');
  const terms = new Set([...text.matchAll(term)].map(([found]) => written(found)));
  if (terms.size === 0) return { state: 'unknown', reason: unread };
  return {
    state: 'described',
    supported: [...terms].map((definedTerm) => ({ definedTerm, services: ['All'], direction: 'both' })),
    unsupported: unread,
    configuration: unread,
    mapping: unread,
    query: { scuRequest: unread, scuResponse: unread, scpRequest: unread, scpResponse: unread },
    personNames: unread,
    presentation: unread,
  };
}
