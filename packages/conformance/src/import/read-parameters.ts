// Parameters with their defaults and units, from lines such as `Maximum PDU size Yes 128 kbytes`. PS3.2 table A.4.4-2
import type { ParameterRow } from '../model/networking.ts';
import type { Doubts } from './doubt.ts';

const units = 'kbytes|kB|KB|bytes|Kb|MB|ms|msec|seconds?|secs?|s|minutes?|min|hours?|h|days?';
const row = new RegExp(`^(.{0,160}?)\\s*\\b(Yes|No)\\s+(\\d[\\d,.]{0,20})\\s*(${units})?\\.?\\s*$`, 'i');
/** The name of a parameter may take so many lines above its value. */
const nameLines = 4;
/** As many as a statement may have. */
const mostParameters = 500;

/** The name: what stands before the value, or else the lines above it up to an empty one. */
function nameAbove(lines: readonly string[], at: number): string {
  const parts: string[] = [];
  for (let index = at - 1; index >= Math.max(0, at - 1 - nameLines); index -= 1) {
    const text = (lines[index] ?? '').trim();
    if (text === '' && parts.length > 0) break;
    if (row.test(text)) break;
    if (text !== '') parts.unshift(text);
  }
  return parts.join(' ');
}

/** Rows with a number as their default, with their lines; the rest of a parameter table is left to a reader. */
export function readParameters(
  lines: readonly string[],
  doubts: Doubts,
): readonly (ParameterRow & { readonly line: number })[] {
  const rows: (ParameterRow & { readonly line: number })[] = [];
  lines.forEach((text, index) => {
    const [, name = '', configurable, value, unit] = row.exec(text.slice(0, 400)) ?? [];
    if (value === undefined || rows.length >= mostParameters) return;
    const label = (name.trim() || nameAbove(lines, index)).replaceAll(/\s+/g, ' ').slice(0, 400);
    if (label === '') return;
    if (name.trim() === '') doubts.add(index + 1, text, 'The name of this parameter was taken from the lines above.');
    rows.push({
      scope: 'General',
      name: label,
      configurable: configurable === 'No' ? 'No' : 'Yes',
      default: value,
      ...(unit !== undefined && { unit }),
      line: index + 1,
    });
  });
  return rows;
}
