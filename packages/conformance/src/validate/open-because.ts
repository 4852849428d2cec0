// Why each rule that stays open cannot be decided from a statement by a machine, and what decides it instead. PS3.2 7

/** By rule. A run of a test plan, the running system, a person, or a medium that is read and written decides. */
export const openBecause: Readonly<Record<string, string>> = {
  'CS-V71-05':
    'A statement names operations; whether something behind them works is seen only where they are carried out: by the running system, or by a run of the test plan.',
  'CS-V71-06':
    'A statement can claim Verification and refuse it; a C-ECHO to each entity that accepts decides, which a run of the test plan sends.',
  'CS-V71-07':
    'A statement can list the default transfer syntax and not take it; a run of the test plan proposes it for each class and stores in it.',
  'CS-V71-08':
    'Who holds a registered root is written in the books of a registration authority, which are not open to programs; a person attests it. UIDs made from UUIDs need no root.',
  'CS-V73-02':
    'A class that is called Standard is wrong where created objects hold more than its IOD; that shows in the objects, not in the statement.',
  'CS-V73-05':
    'Whether an addition changes what a standard attribute means is a question of meaning: a person attests it.',
  'CS-V73-13':
    'Whether a specialization changes what a standard attribute means is a question of meaning: a person attests it.',
  'CS-V73-15':
    'Whether an object follows the information model of the real world is a question of meaning: a person attests it.',
  'CS-V73-27':
    'What a statement leaves out cannot be read in it; the running system names classes that it takes and does not list.',
  'CS-V72-07': 'Reading is seen only with media to read: one for each class and syntax of the profile.',
  'CS-V72-08': 'Writing is seen only in what was written: a file of each class of the profile.',
  'CS-V72-09': 'Being ignored gracefully is seen only with a medium that holds a class of no profile.',
  'CS-V72-11': 'Being ignored gracefully is seen only with a medium whose DICOMDIR has an unknown record.',
  'CS-V72-13': 'The form of files is seen only in files: another program reads what was written.',
  'CS-V72-14': 'As CS-V71-08: a person attests it.',
  'CS-V74-14': 'Whether output can be kept to the Standard profile is seen in what is written with that means.',
  'CS-V75-02': 'What the check of a medium reports is seen when it checks one.',
  'CS-V76-04':
    'A use of User Identity that is not told cannot be read in the statement; the running system knows what it asks for and sends.',
  'CS-VX-30':
    'Whether a text is older than what it describes is known to whoever keeps both; the running system has them in one place.',
};
