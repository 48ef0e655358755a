"""scikit-learn's side of random forests: a JSON command a line in, a JSON answer a line out."""
import json
import sys
import time

import numpy as np
from sklearn.ensemble import RandomForestClassifier

state = {}


def load(command):
    """Reads 32-bit floats and whole numbers: rows of features, then classes."""
    columns = command["columns"]
    for part in ("train", "test"):
        values = np.fromfile(command[part]["values"], dtype=np.float32).reshape(-1, columns)
        state[part] = (values, np.fromfile(command[part]["codes"], dtype=np.int32))
    return {}


def fit(command):
    values, codes = state["train"]
    model = RandomForestClassifier(command["trees"], n_jobs=command["threads"], random_state=command["seed"])
    started, cpu = time.perf_counter(), time.process_time()
    model.fit(values, codes)
    times = {"seconds": time.perf_counter() - started, "cpuSeconds": time.process_time() - cpu}
    values, codes = state["test"]
    return {**times, "accuracy": float((model.predict(values) == codes).mean())}


commands = {"load": load, "fit": fit}
for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = commands[request["do"]](request)
    except Exception as error:  # the caller reports it
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
