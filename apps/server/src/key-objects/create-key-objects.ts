// Makes a key object selection and stores it as anything that comes in: index, ledger and rules see it. PS3.3 A.35.4, C.17.6.2.1
import { randomBytes } from 'node:crypto';
import { type DataSet, explicitVrLittleEndian, newUid, writeDataSet } from '@concord/dicom';
import type { Archive, StoredInstance } from '../archive/archive.ts';
import { type Database, sql } from '../database/database.ts';
import { version } from '../version.ts';
import { keyObjectDocument } from './document.ts';
import type { DocumentFacts, DocumentName, Selected } from './document-facts.ts';
import { type Chosen, findReferences } from './find-references.ts';
import { KeyObjectRefusal } from './refusal.ts';
import { type TitleGroup, type TitleSettings, titleGroupOf } from './title-group.ts';
import { modifiersOf } from './titles.ts';

/** A selection as it is asked for: title and modifier by their code values. */
export interface Wish extends Pick<Selected, 'description' | 'observer'> {
  readonly title: string;
  readonly modifier?: string | undefined;
  readonly references: readonly Chosen[];
}

export interface KeyObjectParts {
  readonly archive: Pick<Archive, 'instances' | 'header' | 'receive' | 'reject'>;
  readonly database: Database;
  readonly settings: TitleSettings;
  /** Own AE title: who the documents come from. */
  readonly aeTitle: string;
  /** Told of each document. */
  readonly made: (document: DataSet) => void;
  readonly now: () => Date;
}

/** Own series are counted from here. */
const firstSeriesNumber = 9001;

/** Title and modifier by their codes. @throws KeyObjectRefusal */
export function titled({ title: code, modifier: by }: Pick<Wish, 'title' | 'modifier'>, { titles }: TitleGroup) {
  const title = titles.find(({ value }) => value === code);
  if (!title) throw new KeyObjectRefusal('no-such-title', code);
  const { codes, required } = modifiersOf(title);
  const modifier = codes.find(({ value }) => value === by);
  if (by !== undefined && !modifier) throw new KeyObjectRefusal('no-such-modifier', by);
  if (by === undefined && required) throw new KeyObjectRefusal('no-modifier', title.meaning);
  return { title, modifier };
}

/** Makes one document for each study that objects of are chosen. Resolves when all are stored. @throws KeyObjectRefusal */
export const createKeyObjects =
  (parts: KeyObjectParts) =>
  async (wish: Wish): Promise<readonly DocumentName[]> => {
    const at = parts.now();
    const group = titleGroupOf(parts.settings, at);
    const { description, observer } = wish;
    const found = await findReferences(wish.references, parts);
    const selected = { ...titled(wish, group), description, observer, references: found.references };
    const names = [...found.first.keys()].map(nameIn);
    const documents: DataSet[] = [];
    for (const name of names) {
      const like = found.first.get(name.studyInstanceUid);
      if (!like) continue;
      const facts = { ...(await placeOf(like, parts)), ...selected, ...name, ...{ group, at, version } };
      documents.push(keyObjectDocument({ ...facts, identical: names.filter((each) => each !== name) }));
    }
    await storeAll(documents, parts);
    return names;
  };

const nameIn = (studyInstanceUid: string): DocumentName => ({
  studyInstanceUid,
  seriesInstanceUid: newUid(randomBytes(16)),
  sopInstanceUid: newUid(randomBytes(16)),
});

/** The object as it came: what was put right for its study is laid over the document too. */
async function placeOf(
  { changes: _, ...like }: StoredInstance,
  { archive, database }: KeyObjectParts,
): Promise<Pick<DocumentFacts, 'like' | 'seriesNumber'>> {
  const [row] = await database.all<{ count: number }>(sql`
    select count(*) as count from series e join study s on s.study_key = e.study_key
    where s.study_instance_uid = ${like.studyInstanceUid} and e.modality = 'KO'`);
  return { like: await archive.header(like), seriesNumber: firstSeriesNumber + Number(row?.count ?? 0) };
}

async function* piece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** All or none: where one is refused, those before it are taken out again. */
async function storeAll(documents: readonly DataSet[], { archive, aeTitle, made }: KeyObjectParts): Promise<void> {
  const stored: string[] = [];
  for (const document of documents) {
    const { status, instance } = await archive.receive({
      dataSet: piece(writeDataSet(document, explicitVrLittleEndian)),
      transferSyntaxUid: explicitVrLittleEndian,
      origin: { via: 'import', callingAeTitle: aeTitle },
    });
    if (!instance) {
      const note = { by: aeTitle, reason: 'a key object selection of several studies could not be stored whole' };
      if (stored.length > 0) await archive.reject({ sopInstanceUid: stored }, note);
      throw new KeyObjectRefusal('not-stored', status.comment);
    }
    stored.push(instance.sopInstanceUid);
    made(document);
  }
}
