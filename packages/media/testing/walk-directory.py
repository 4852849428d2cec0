# Walks a DICOMDIR by its offsets, with pydicom's reader of files and nothing of ours; prints each record once as JSON.
import json, sys
import pydicom
from pydicom.fileset import FileSet

directory = pydicom.dcmread(sys.argv[1])
records = {item.seq_item_tell: item for item in directory.DirectoryRecordSequence}
seen, walked = set(), []


def walk(offset, above):
    while offset:
        assert offset in records, f'{offset} leads to no record'
        assert offset not in seen, f'{offset} is reached twice'
        seen.add(offset)
        record = records[offset]
        file_id = record.get('ReferencedFileID')
        path = '/'.join([file_id] if isinstance(file_id, str) else file_id) if file_id else None
        walked.append({'type': record.DirectoryRecordType, 'above': above, 'file': path, 'inUse': record.RecordInUseFlag,
                       'syntax': record.get('ReferencedTransferSyntaxUIDInFile'), 'name': str(record.get('PatientName', '')),
                       'related': record.get('ReferencedRelatedGeneralSOPClassUIDInFile')})
        walk(record.OffsetOfReferencedLowerLevelDirectoryEntity, record.DirectoryRecordType)
        offset = record.OffsetOfTheNextDirectoryRecord


walk(directory.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity, None)
try:
    known = len(FileSet(directory))
except KeyError:
    known = None
print(json.dumps({'records': walked, 'all': len(records), 'fileSet': known, 'id': directory.FileSetID, 'flag': directory.FileSetConsistencyFlag}))
