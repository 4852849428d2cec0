// One recognised fact: the lines around it, how sure it is, and what can be corrected of it.
import { Button, Group, NativeSelect, TextInput, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { objectOf, textOf } from '../json.ts';
import classes from './conformance.module.css';
import { type Correction, valueAt } from './corrections.ts';
import type { Fact } from './kept-statements.ts';

interface FactRowProps {
  readonly fact: Fact;
  readonly lines: readonly string[];
  readonly statement: unknown;
  readonly correction: Correction | undefined;
  /** Undefined: as it was read. */
  readonly onCorrect: (correction: Correction | undefined) => void;
}

/** Lines shown before and after. */
const around = 2;

/** The lines of the document around it. */
const Lines = ({ fact: { line }, lines }: Pick<FactRowProps, 'fact' | 'lines'>) => {
  const from = Math.max(0, line - 1 - around);
  return (
    <pre className={classes.log}>
      {lines
        .slice(from, line + around)
        .map((text, index) => `${from + index + 1 === line ? '▸' : ' '} ${from + index + 1}  ${text}`)
        .join('\n')}
    </pre>
  );
};

/** Members that have a field, by the kind of fact. */
const fields: Readonly<Record<string, readonly { readonly member: string; readonly label: string }[]>> = {
  parameter: [{ member: 'default', label: 'Value' }],
  'AE title': [{ member: 'defaultTitle', label: 'Title' }],
  'application entity': [{ member: 'name', label: 'Name' }],
  status: [{ member: 'meaning', label: 'Meaning' }],
};

const Fields = ({ fact, statement, correction, onCorrect }: FactRowProps) => {
  const value = objectOf(valueAt(statement, fact.path));
  const members = correction && 'members' in correction ? correction.members : {};
  const shown = (member: string): string => textOf({ ...value, ...members }, member);
  const change = (member: string, text: string): void => onCorrect({ members: { ...members, [member]: text } });
  if (fact.kind === 'SOP Class')
    return (
      <NativeSelect
        size="xs"
        aria-label={`Role, line ${fact.line}`}
        data={['SCU', 'SCP', { value: 'BOTH', label: 'SCU and SCP' }]}
        value={shown('role')}
        onChange={({ currentTarget }) => change('role', currentTarget.value)}
      />
    );
  return (fields[fact.kind] ?? []).map(({ member, label }) => (
    <TextInput
      key={member}
      size="xs"
      aria-label={`${label}, line ${fact.line}`}
      value={shown(member)}
      onChange={({ currentTarget }) => change(member, currentTarget.value)}
    />
  ));
};

export const FactRow = (props: FactRowProps) => {
  const { fact, correction, onCorrect } = props;
  const [open, setOpen] = useState(false);
  const out = correction !== undefined && 'out' in correction;
  return (
    <tr>
      <td className={classes.title}>
        {fact.line === 0 ? (
          <span className="quiet">–</span>
        ) : (
          <UnstyledButton className={classes.count} aria-expanded={open} onClick={() => setOpen(!open)}>
            line {fact.line}
          </UnstyledButton>
        )}
      </td>
      <td className={out ? classes.out : undefined}>
        <span className="quiet">{fact.kind}</span> {fact.text}
        {open && <Lines {...props} />}
      </td>
      <td>
        {fact.doubts.length === 0 ? (
          <span className={classes.verdict} data-verdict="can">
            ✓ sure
          </span>
        ) : (
          <>
            <span className={classes.verdict} data-verdict="can with limits">
              ? look at it
            </span>
            <ul className={classes.reasons}>
              {fact.doubts.map((doubt) => (
                <li key={doubt}>{doubt}</li>
              ))}
            </ul>
          </>
        )}
      </td>
      <td>
        <Group gap={6} wrap="nowrap">
          {!out && <Fields {...props} />}
          <Button
            size="compact-xs"
            variant="default"
            flex="none"
            aria-label={`${out ? 'Put back' : 'Take out'}: ${fact.text}`}
            onClick={() => onCorrect(out ? undefined : { out: true })}
          >
            {out ? 'Put back' : 'Take out'}
          </Button>
        </Group>
      </td>
    </tr>
  );
};
