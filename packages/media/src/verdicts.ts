// Whether a set conforms to Application Profiles, and why not: computed from what is there, never claimed. PS3.11 D.3, H.3
import { type DataSet, describeUid } from '@concord/dicom';
import { type ApplicationProfile, applicationProfiles, type ProfileKey } from './application-profiles.ts';
import type { MediaFault, MediaFinding } from './error.ts';
import { hasValue, placeOfKey } from './record-keys.ts';

/** What a profile, or the standard below it, asks of a set. */
export type ProfileRule = 'directory' | 'file-id' | 'file' | 'key' | 'sop-class' | 'transfer-syntax';

/** A rule that is broken. */
export interface Reason {
  readonly rule: ProfileRule;
  readonly text: string;
  /** Files or records that break it in this way. */
  readonly count: number;
  /** The first of them. */
  readonly places: readonly string[];
}

/** The outcome for one profile. */
export interface Verdict {
  readonly profile: string;
  readonly conforms: boolean;
  readonly reasons: readonly Reason[];
}

/** An instance as it is judged, with the records that stand for it and above it by their type. */
export interface JudgedInstance {
  readonly place: string;
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
  /** What the instance itself says. */
  readonly header: DataSet;
  readonly records: ReadonlyMap<string, DataSet>;
}

/** Collects what is judged, file by file: no header is kept. */
export interface Verdicts {
  instance(judged: JudgedInstance): void;
  /** What is wrong whatever the profile. */
  finding(finding: MediaFinding): void;
  list(): readonly Verdict[];
}

/** Rules of PS3.10 and PS3.3 that every profile rests on. Faults that are missing here break none of them. */
const rules: Partial<Record<MediaFault, ProfileRule>> = {
  'no-directory': 'directory',
  'bad-directory': 'directory',
  'cut-directory': 'directory',
  'bad-offset': 'directory',
  cycle: 'directory',
  'lost-record': 'directory',
  'misplaced-record': 'directory',
  'referenced-twice': 'directory',
  'missing-key': 'key',
  'bad-file-id': 'file-id',
  'outside-root': 'file-id',
  'missing-file': 'file',
  'unreadable-file': 'file',
  'different-file': 'file',
  'changed-file': 'file',
  'bad-instance': 'file',
  'bad-meta': 'file',
};

const shownPlaces = 20;
const named = (uid: string): string => describeUid(uid)?.name ?? (uid || 'none');

/** Reasons, those with the same words counted together. */
function startReasons() {
  const reasons = new Map<string, { rule: ProfileRule; text: string; count: number; places: string[] }>();
  return {
    add(rule: ProfileRule, text: string, place: string): void {
      const reason = reasons.get(text) ?? { rule, text, count: 0, places: [] };
      reason.count += 1;
      if (reason.places.length < shownPlaces) reason.places.push(place);
      reasons.set(text, reason);
    },
    list: (): readonly Reason[] => [...reasons.values()],
  };
}

/** Whether a record lacks a key of the profile that the instance makes necessary. */
const isMissing = (key: ProfileKey, header: DataSet, record: DataSet): boolean =>
  !hasValue(record, key.keyword) && (key.type === '1' || placeOfKey(header, key) !== undefined);

/** Begins to judge by these profiles. */
export function startVerdicts(profiles: readonly ApplicationProfile[] = applicationProfiles): Verdicts {
  const judged = profiles.map((profile) => ({ profile, reasons: startReasons() }));
  const common = startReasons();
  let instances = 0;
  return {
    instance({ place, sopClassUid, transferSyntaxUid, header, records }) {
      instances += 1;
      for (const { profile, reasons } of judged) {
        if (!profile.sopClasses.includes(sopClassUid))
          reasons.add('sop-class', `${named(sopClassUid)} is not in the profile`, place);
        if (!profile.transferSyntaxes.includes(transferSyntaxUid))
          reasons.add('transfer-syntax', `${named(transferSyntaxUid)} is not in the profile`, place);
        for (const key of profile.keys)
          for (const type of key.records) {
            const record = records.get(type);
            if (record && isMissing(key, header, record))
              reasons.add('key', `the ${type} record lacks ${key.keyword}`, place);
          }
      }
    },
    finding({ fault, place, text }) {
      const rule = rules[fault];
      if (rule) common.add(rule, place === '' ? text : text.replace(`${place}: `, ''), place);
    },
    list() {
      if (instances === 0) common.add('file', 'there is no instance', '');
      return judged.map(({ profile, reasons }) => {
        const all = [...common.list(), ...reasons.list()];
        return { profile: profile.id, conforms: all.length === 0, reasons: all };
      });
    },
  };
}
