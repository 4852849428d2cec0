// A name in each character set that test objects are made in. PS3.3 C.12.1.1.2
/** By defined term; names that the term can hold and ASCII cannot. */
export const namesByTerm: Readonly<Record<string, string>> = {
  'ISO_IR 100': 'ZZTEST^Müller',
  'ISO_IR 101': 'ZZTEST^Łukasz',
  'ISO_IR 109': 'ZZTEST^Ċensu',
  'ISO_IR 110': 'ZZTEST^Jānis',
  'ISO_IR 144': 'ZZTEST^Люкceмбypг',
  'ISO_IR 127': 'ZZTEST^قباني',
  'ISO_IR 126': 'ZZTEST^Διονυσιος',
  'ISO_IR 138': 'ZZTEST^שרון',
  'ISO_IR 148': 'ZZTEST^Çavuşoğlu',
  'ISO_IR 166': 'ZZTEST^กขคง',
  'ISO_IR 13': 'ZZTEST^ﾔﾏﾀﾞ',
  'ISO_IR 192': 'ZZTEST^Jiří=試験^太郎=しけん^たろう',
  GB18030: 'ZZTEST^Wang=王^小东',
  GBK: 'ZZTEST^Wang=王^小东',
};
