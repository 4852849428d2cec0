// The lines of a document's text as they are read: without marks of other formats and without what stands on every page; none is left out, so that numbers of lines stay.

/** What a line is. */
export interface CleanLine {
  readonly text: string;
  /** It begins a section: marked so, or numbered. */
  readonly heading: boolean;
}

const furniture = /^(?:PS 3\.\d+ *- *\d{4}|Page \d+(?: of \d+)?|- Standard -|[-|: ]{6,})$/i;
/** `D.4.2.1 ECHO-SCP`, `3.4.1 General`, `B.6 SUPPORT OF CHARACTER SETS`. */
const numbered = /^(?:[A-Z]\.)?\d{1,2}(?:\.\d{1,2}){1,8}\.? +[A-Z“"]|^[A-Z]\.\d{1,2} +[A-Z]/;
/** Longer ones are sentences. */
const headingCharacters = 160;
/** A line is not read further than this. */
const lineCharacters = 4000;

/** One line. */
export function cleanLine(raw: string): CleanLine {
  const line = raw.slice(0, lineCharacters);
  const marked = /^\s*#{1,6}\s/.test(line);
  const text = line
    .replaceAll(/<\/?[a-z]{1,6}\d?\/?>/gi, '')
    .replace(/^\s*#{1,6}\s+/, '')
    .replaceAll(/\*{1,3}(?=\S)|(?<=\S)\*{2,3}/g, (stars, at: number, all: string) =>
      /[,\s(][*]$/.test(all.slice(0, at + 1)) ? stars : '',
    )
    .replaceAll('\\_', '_')
    .replace(/^\s*\|/, '')
    .trim();
  if (furniture.test(text)) return { text: '', heading: false };
  return { text, heading: marked || (numbered.test(text) && text.length <= headingCharacters) };
}
