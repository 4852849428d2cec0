// @concord/conformance: conformance statements (PS3.2), generated from what runs. The package's only door.

export type { StatementDocument, Table } from './document/document.ts';
export { statementDocument } from './document/statement-document.ts';
export type { BaselineValue, EntityBaseline, GeneralBaseline } from './generate/baseline.ts';
export { type GenerateOptions, generateStatement } from './generate/generate.ts';
export type {
  DescribedEntity,
  DescribedRemote,
  DescribedSetting,
  DescribedSystem,
  Effective,
} from './generate/system.ts';
export type { Annexes, CharacterSets, Security } from './model/annexes.ts';
export { canonicalJson, statementDigest } from './model/canonical.ts';
export { statementJsonSchema } from './model/json-schema.ts';
export { asStatement, type Fault, readStatement, StatementError } from './model/read-statement.ts';
export { type Statement, schemaVersion } from './model/statement.ts';
export { renderCsv, tablesOf } from './render/csv.ts';
export { renderDocBook } from './render/docbook.ts';
export { renderHtml } from './render/html.ts';
export { renderMarkdown } from './render/markdown.ts';
export type { Finding, Rule } from './validate/rule.ts';
export { rules, type Validation, validate } from './validate/validate.ts';
