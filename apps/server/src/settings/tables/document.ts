// What the cover and the history of the conformance statement say of the product as it is installed here. PS3.2 A.1, A.3.1
import { list, optionalText } from '../kinds.ts';
import { type ConfiguredRevision, readRevision } from '../revisions.ts';

export const documentSettings = {
  documentCompany: optionalText({
    default: '',
    maximumLength: 64,
    text: 'company on the cover of the conformance statement',
  }),
  documentProduct: optionalText({
    default: '',
    maximumLength: 64,
    text: 'product that the conformance statement is of, where it goes by another name than Concord',
  }),
  documentVersion: optionalText({
    default: '',
    maximumLength: 64,
    text: 'version of that product; where none is given, that of Concord',
  }),
  documentNumber: optionalText({
    default: '',
    maximumLength: 64,
    text: 'number of the conformance statement among the documents of the company',
  }),
  documentOverview: optionalText({
    default: '',
    maximumLength: 4000,
    text: 'overview with which the conformance statement begins, in plain words; where none is given, that of Concord',
  }),
  documentRevisions: list<ConfiguredRevision>({
    default: [],
    maximum: 100,
    entry: readRevision,
    text: 'revision history of the conformance statement, the oldest first: each with version and date (such as 2026-08-30) of the document, text and author; the last date is that of the document',
  }),
} as const;
