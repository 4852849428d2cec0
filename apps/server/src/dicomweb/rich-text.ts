// Rich Text Format 1.9 in ASCII: every other character by its UTF-16 code units.

export interface Paragraph {
  readonly text: string;
  /** Level of indentation. */
  readonly depth?: number;
  readonly style?: 'bold' | 'title';
  readonly beginsPage?: boolean;
}

/** Twentieths of a point that a line is set in for each level. */
const indentation = 360;

const styles = { bold: '\\b', title: '\\b\\fs32' } as const;

export const richText = (paragraphs: readonly Paragraph[]): string =>
  `{\\rtf1\\ansi\\deff0\\uc1{\\fonttbl{\\f0\\fswiss Helvetica;}}\\f0\\fs20\n${paragraphs.map(paragraph).join('\n')}\n}\n`;

const paragraph = ({ text, depth = 0, style, beginsPage = false }: Paragraph): string => {
  const written = style === undefined ? encoded(text) : `{${styles[style]} ${encoded(text)}}`;
  return `\\pard${beginsPage ? '\\pagebb' : ''}\\li${depth * indentation} ${written}\\par`;
};

const encoded = (text: string): string =>
  text
    .split(/\r\n?|\n/u)
    .map((line) => line.replace(/[\\{}]/gu, '\\$&').replace(/[^\u0020-\u007e]/gu, codeUnits))
    .join('\\line ');

/** As signed 16-bit numbers; a reader that knows none of them shows a question mark. */
const codeUnits = (character: string): string =>
  Array.from({ length: character.length }, (_, at) => `\\u${(character.charCodeAt(at) << 16) >> 16}?`).join('');
