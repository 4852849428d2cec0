// Every attribute of an object, to read and to search.
import { Stack, Table, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useDeferredValue, useMemo, useState } from 'react';
import { counted } from '../format/quantity.ts';
import type { JsonObject } from '../json.ts';
import { type AttributeRow, attributeRows, filteredRows } from './attribute-rows.ts';
import classes from './viewer.module.css';

/** Rows that are drawn at first; more on request, because a table of 20,000 rows is slow. */
const portion = 500;

const Row = ({ row: { depth, tag, name, vr, text } }: { readonly row: AttributeRow }) => (
  <Table.Tr>
    <Table.Td className={classes.tag}>{tag}</Table.Td>
    <Table.Td style={{ paddingLeft: 10 + depth * 18 }} className={tag === '' ? 'quiet' : undefined}>
      {name}
    </Table.Td>
    <Table.Td className={classes.vr}>{vr}</Table.Td>
    <Table.Td className={classes.attributeValue}>{text}</Table.Td>
  </Table.Tr>
);

export const AttributeTable = ({ json }: { readonly json: JsonObject }) => {
  const [search, setSearch] = useState('');
  const [shown, setShown] = useState(portion);
  const wanted = useDeferredValue(search);
  const rows = useMemo(() => attributeRows(json), [json]);
  const found = useMemo(() => filteredRows(rows, wanted), [rows, wanted]);
  return (
    <Stack gap="xs" className={classes.attributes}>
      <TextInput
        aria-label="Search the attributes"
        placeholder="Search by name, tag or value"
        leftSection={<IconSearch size={16} />}
        value={search}
        onChange={({ currentTarget }) => setSearch(currentTarget.value)}
      />
      <div className={classes.attributeFrame}>
        <Table verticalSpacing={5} stickyHeader className={classes.attributeTable}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Tag</Table.Th>
              <Table.Th>Attribute</Table.Th>
              <Table.Th>VR</Table.Th>
              <Table.Th>Value</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {found.slice(0, shown).map((row) => (
              <Row key={row.key} row={row} />
            ))}
          </Table.Tbody>
        </Table>
      </div>
      <Text size="xs" className="quiet">
        {counted(found.length, 'attribute')}
        {found.length > shown && (
          <>
            , {shown} shown.{' '}
            <button type="button" className={classes.linkButton} onClick={() => setShown(shown + portion)}>
              Show more
            </button>
          </>
        )}
      </Text>
    </Stack>
  );
};
