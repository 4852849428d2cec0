// Text from data sets for SVG: no markup gets through, nor characters that XML cannot hold. XML 1.0 2.2, 2.4.

/** Characters that XML can hold; half a surrogate pair is none. */
function isXmlCharacter(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return code === 0x09 || code === 0x0a || code === 0x0d;
  return (code < 0xd800 || code > 0xdfff) && code !== 0xfffe && code !== 0xffff;
}

/** As the content of an element or the value of an attribute in double quotes. */
export const escaped = (text: string): string =>
  [...text]
    .filter(isXmlCharacter)
    .join('')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
