// What a text says of one entity in numbers and names: associations at a time, operations at a time, implementation. PS3.2 tables A.4.2-3 to A.4.2-6
import type { CleanLine } from './clean-lines.ts';
import type { Region, Side } from './regions.ts';

export interface AssociationLimit {
  readonly side: Side | undefined;
  readonly value: number | 'unlimited';
  readonly configurable: boolean;
  readonly line: number;
}

const wanted = /maximum number of simultaneous(?:ly \w+)?\s*(?:associations?)?/i;
const unlimited = /\b(?:unlimited|no limit|as many)\b/i;
const openEnded = /as many associations as|not (?:internally )?limited/i;

function sideOf(text: string, { title, side }: Region): Side | undefined {
  if (/initiator|initiated|as an? SCU\b/i.test(`${text} ${title}`)) return 'initiation';
  if (/acceptor|accepted|as an? SCP\b/i.test(`${text} ${title}`)) return 'acceptance';
  return side;
}

/** Every line with a limit, its value on it or in the two lines below. */
export function readLimits(lines: readonly CleanLine[], regions: readonly Region[]): readonly AssociationLimit[] {
  return regions.flatMap((region) => {
    const found: AssociationLimit[] = [];
    for (let at = region.from - 1; at < region.to; at += 1) {
      const here = lines[at]?.text ?? '';
      const match = wanted.exec(here);
      if (!match || here.length > 90) {
        if (/accept as many associations/i.test(here))
          found.push({ side: 'acceptance', value: 'unlimited', configurable: false, line: at + 1 });
        continue;
      }
      const rest = [here.slice(match.index + match[0].length), lines[at + 1]?.text, lines[at + 2]?.text]
        .join(' ')
        .slice(0, 90);
      const [number] = /\b\d{1,6}\b/.exec(rest) ?? [];
      const isUnlimited = unlimited.test(rest);
      if (number === undefined && !isUnlimited) continue;
      const value = isUnlimited || number === undefined ? 'unlimited' : Number(number);
      if (value === 0) continue;
      found.push({
        side: sideOf(here, region),
        value,
        configurable: /configur|default/i.test(rest),
        line: at + 1,
      });
    }
    return found;
  });
}

/** Whether a sentence says that there is no limit. */
export const saysUnlimited = (text: string): boolean => openEnded.test(text);

export interface ImportedIdentity {
  readonly classUid?: string;
  readonly versionName?: string;
}

/** Implementation Class UID and Version Name; what is a placeholder is left out. */
export function readIdentity(text: string): ImportedIdentity {
  const [, classUid] = /implementation class uid\W{1,20}(\d[\d.]{5,63}\d)/i.exec(text) ?? [];
  const [, versionName] =
    /implementation version name\W{1,20}?[“"']?([\w.-][\w.-]*(?: [\d.]+)?)(?![{\w])/i.exec(text) ?? [];
  const isOwn =
    classUid !== undefined &&
    /^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*))+$/.test(classUid) &&
    !classUid.startsWith('1.2.840.10008.');
  return {
    ...(isOwn && { classUid }),
    ...(versionName !== undefined && versionName.length <= 16 && { versionName }),
  };
}

/** Operations outstanding at a time, where it is said that there is one. */
export const isSynchronous = (text: string): boolean =>
  /(?:asynchronous|outstanding)[^.]{0,120}(?:not support|\b1\b)|(?:not|only)[^.]{0,60}(?:multiple|single) outstanding|performed synchronously/i.test(
    text,
  );
