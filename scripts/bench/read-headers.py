# As read-headers.ts, with pydicom. usage: read-headers.py FOLDER
import json, os, sys, time
import pydicom

paths = [os.path.join(sys.argv[1], name) for name in sorted(os.listdir(sys.argv[1]))]


def header(path):
    data_set = pydicom.dcmread(path, stop_before_pixels=True)
    return f"{data_set.PatientID} {data_set.Rows}"


for path in paths * 3:
    assert header(path) == "BENCH-1 512"
cpu, began = time.process_time(), time.perf_counter()
for path in paths:
    header(path)
print(json.dumps({"files": len(paths), "seconds": time.perf_counter() - began, "cpuSeconds": time.process_time() - cpu}))
