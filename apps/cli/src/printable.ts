// Text from files and peers, made safe to show: a name may hold an escape sequence that would command the terminal.

/** Control characters (C0, DEL, C1) become a visible `\x1b`; line breaks and tabs too, so that a value stays on its line. */
export const printable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this looks for
  text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (character) => {
    const code = character.charCodeAt(0).toString(16);
    return code.length > 2 ? `\\u${code}` : `\\x${code.padStart(2, '0')}`;
  });
