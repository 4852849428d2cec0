// What passes between the server and the thread that reads one PDF.

/** Bounds of what is read out of a PDF. */
export interface PdfLimits {
  readonly pages: number;
  /** Of all pages together, in UTF-16 code units. */
  readonly characters: number;
}

export interface PdfTask {
  /** The whole document; its memory is the thread's from now on. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly limits: PdfLimits;
}

/** Why a document has no text for anybody: the end of a sentence that names the document. */
export const pdfFaults = {
  damaged: 'is damaged',
  encrypted: 'is encrypted, and takes a password',
  'no-text': 'holds no text: its pages may be pictures',
  'no-tables': 'names some of its characters by tables that are not here',
  'too-large': 'is larger than what is read for its text',
  'too-many-pages': 'has more pages than are read',
  'too-much-text': 'holds more text than is given out',
  'too-slow': 'takes longer to read than is allowed',
  'too-much-memory': 'takes more memory to read than is allowed',
} as const;

export type PdfFault = keyof typeof pdfFaults;

/** The text of each page, its lines ended by line feeds; or why there is none. */
export type PdfText =
  | { readonly kind: 'text'; readonly pages: readonly string[] }
  | { readonly kind: 'none'; readonly fault: PdfFault };
