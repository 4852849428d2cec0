// The text of a statement as a value: JSON, or YAML; bounded in length, aliases and depth.
import { parseDocument } from 'yaml';
import { StatementError } from './read-statement.ts';

/** Longer texts are no statements. */
export const maximumCharacters = 32 * 1024 * 1024;
/** YAML can say much in few words; a statement needs no aliases. */
const maximumAliases = 100;
/** YAML is read by recursion. */
const maximumIndentation = 400;

const refused = (message: string): StatementError => new StatementError([{ path: '', message }]);
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Nesting in flow style, which indentation does not show. */
function tooDeep(text: string): boolean {
  let depth = 0;
  for (const character of text.matchAll(/[[\]{}]/g)) {
    depth += character[0] === '[' || character[0] === '{' ? 1 : -1;
    if (depth > maximumIndentation) return true;
  }
  return false;
}

function fromYaml(text: string): unknown {
  if (tooDeep(text) || new RegExp(`^ {${maximumIndentation},}`, 'm').test(text)) throw refused('it is nested too deep');
  const document = parseDocument(text, { logLevel: 'silent' });
  const [first] = document.errors;
  if (first) throw refused(`neither JSON nor YAML: ${first.message.split('\n', 1)[0]}`);
  try {
    return document.toJS({ maxAliasCount: maximumAliases });
  } catch (error) {
    throw refused(`neither JSON nor YAML: ${reasonOf(error)}`);
  }
}

/** The value. What begins like JSON is read as JSON. @throws StatementError with what is wrong */
export function parseStatementText(text: string): unknown {
  if (text.length > maximumCharacters) throw refused(`longer than ${maximumCharacters} characters`);
  if (!/^\uFEFF?\s*[{[]/.test(text)) return fromYaml(text);
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw refused(`not JSON: ${reasonOf(error)}`);
  }
}
