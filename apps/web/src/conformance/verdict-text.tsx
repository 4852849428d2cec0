// A verdict or a result by word, sign and colour, so that none of them is needed alone.
import classes from './conformance.module.css';

const signs: Readonly<Record<string, string>> = {
  can: '✓',
  'can with limits': '◐',
  unknown: '?',
  cannot: '✗',
  passed: '✓',
  failed: '✗',
  inconclusive: '?',
};

export const VerdictText = ({ verdict }: { readonly verdict: string }) => (
  <span className={classes.verdict} data-verdict={verdict}>
    {signs[verdict] ?? '–'} {verdict}
  </span>
);
