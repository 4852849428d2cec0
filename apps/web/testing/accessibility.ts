// What a program can see of the accessibility of a page that is shown: language, headings, tables, names, contrast. WCAG 2.2 AA.
import type { Page } from 'playwright-core';

/** Runs in the browser: every fault that it finds, in words, at most a hundred. */
function faultsOfDocument(): string[] {
  const faults = new Set<string>();
  const shown = (element: Element): boolean =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const short = (element: Element): string => element.outerHTML.replaceAll(/\s+/g, ' ').slice(0, 120);
  const nameOf = (element: Element): string => {
    const labelled = (element.getAttribute('aria-labelledby') ?? '').split(/\s+/).filter(Boolean);
    const labels = 'labels' in element && element.labels instanceof NodeList ? [...element.labels] : [];
    return [
      element.getAttribute('aria-label'),
      ...labelled.map((id) => document.getElementById(id)?.textContent),
      ...labels.map((label) => label.textContent),
      element.getAttribute('alt'),
      element.getAttribute('title'),
      element.querySelector('title')?.textContent,
      element.textContent,
      ...[...element.querySelectorAll('[aria-label], img[alt]')].map(
        (each) => each.getAttribute('aria-label') ?? each.getAttribute('alt'),
      ),
    ]
      .join('')
      .trim();
  };

  // 3.1.1, 2.4.2
  if (!document.documentElement.lang) faults.add('the page has no language');
  if (document.title.trim() === '') faults.add('the page has no title');
  // 1.3.1: headings begin with one h1, and skip no level
  const levels = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')]
    .filter(shown)
    .map((heading) => Number(heading.tagName.slice(1)));
  if (levels.filter((level) => level === 1).length !== 1) faults.add('not exactly one h1');
  levels.forEach((level, at) => {
    if (level > (levels[at - 1] ?? 0) + 1) faults.add(`heading ${at + 1}: h${level} after h${levels[at - 1] ?? 0}`);
  });
  // 1.3.1: header cells say what they head
  for (const table of document.querySelectorAll('table')) {
    if (!table.querySelector('th') && table.getAttribute('role') !== 'presentation')
      faults.add(`no header cell: ${short(table)}`);
    for (const cell of table.querySelectorAll('th'))
      if (!['col', 'row', 'colgroup', 'rowgroup'].includes(cell.scope)) faults.add(`no scope: ${short(cell)}`);
  }
  // 1.1.1, 4.1.2, 3.3.2: pictures and controls have names
  for (const element of document.querySelectorAll(
    'img, svg, a[href], button, input:not([type=hidden]):not([type=file]), select, textarea, [role=button]',
  )) {
    if (!shown(element) || element.closest('[aria-hidden=true]') || element.getAttribute('alt') === '') continue;
    const isDrawing = element instanceof SVGElement;
    // A small sign without words beside a control is decoration.
    const isSign = isDrawing && !element.querySelector('text') && element.getBoundingClientRect().width <= 32;
    if (isSign || (isDrawing && element.closest('button, a[href]'))) continue;
    if (nameOf(element) === '') faults.add(`no name: ${short(element)}`);
    if (isDrawing && element.getAttribute('role') !== 'img')
      faults.add(`a drawing that is no picture: ${short(element)}`);
  }
  // 4.1.1 of old, 2.4.3
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  for (const [at, id] of ids.entries()) if (ids.indexOf(id) !== at) faults.add(`twice the id ${id}`);
  for (const element of document.querySelectorAll('[tabindex]'))
    if (Number(element.getAttribute('tabindex')) > 0) faults.add(`an order of its own: ${short(element)}`);

  // 1.4.3: contrast of text
  type Colour = readonly [number, number, number, number];
  const colourOf = (text: string): Colour => {
    const [red = 0, green = 0, blue = 0, alpha = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
    return text.startsWith('color(srgb') ? [red * 255, green * 255, blue * 255, alpha] : [red, green, blue, alpha];
  };
  const over = ([r, g, b, alpha]: Colour, [r2, g2, b2]: Colour): Colour => [
    r * alpha + r2 * (1 - alpha),
    g * alpha + g2 * (1 - alpha),
    b * alpha + b2 * (1 - alpha),
    1,
  ];
  const groundOf = (element: Element | null): Colour => {
    if (!element)
      return matchMedia('(prefers-color-scheme: dark)').matches &&
        getComputedStyle(document.documentElement).colorScheme.includes('dark')
        ? [18, 18, 18, 1]
        : [255, 255, 255, 1];
    const own = colourOf(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own : over(own, groundOf(element.parentElement));
  };
  const luminance = ([r, g, b]: Colour): number => {
    const linear = [r, g, b].map((value) =>
      value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * (linear[0] ?? 0) + 0.7152 * (linear[1] ?? 0) + 0.0722 * (linear[2] ?? 0);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (
      !element ||
      node.textContent?.trim() === '' ||
      !shown(element) ||
      element.closest('svg, :disabled, [aria-disabled=true], [data-disabled], option')
    )
      continue;
    const style = getComputedStyle(element);
    const ground = groundOf(element);
    const [light, dark] = [luminance(over(colourOf(style.color), ground)), luminance(ground)].sort(
      (one, other) => other - one,
    );
    const ratio = ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
    const size = Number.parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (isLarge ? 3 : 4.5)) faults.add(`contrast ${ratio.toFixed(2)}: ${short(element)}`);
  }
  return [...faults].slice(0, 100);
}

/** Colours may be on their way to others: a fault is what stays. */
const looks = 20;
const betweenLooksMs = 150;

/** Faults of the page as it is shown when it has come to rest. */
export const accessibilityFaults = async (page: Page): Promise<string[]> => {
  let found = await page.evaluate(faultsOfDocument);
  for (let look = 1; look < looks && found.length > 0; look += 1) {
    await page.waitForTimeout(betweenLooksMs);
    found = await page.evaluate(faultsOfDocument);
  }
  return found;
};
