"""scikit-learn's side of linear models and neighbours: a JSON command a line in, a JSON answer a line out."""
import json
import sys
import time

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss
from sklearn.neighbors import NearestNeighbors
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

state = {}


def load(command):
    """Reads the same matrices as the other side: row pointers, column indices, 32-bit values, class codes."""
    for part in ("train", "test"):
        files = command[part]
        pointers, indices = (np.fromfile(files[name], dtype=np.uint32).astype(np.int32) for name in ("pointers", "indices"))
        values = np.fromfile(files["values"], dtype=np.float32).astype(np.float64)
        matrix = csr_matrix((values, indices, pointers), shape=(len(pointers) - 1, command["columns"]))
        matrix.sort_indices()
        state[part] = (matrix, np.fromfile(files["codes"], dtype=np.int32))
    return {}


def timed(work):
    started, cpu = time.perf_counter(), time.process_time()
    with threadpool_limits(limits=1):
        result = work()
    return result, {"seconds": time.perf_counter() - started, "cpuSeconds": time.process_time() - cpu}


def fit(command):
    matrix, codes = state["train"]
    if command["model"] == "logistic":
        model = LogisticRegression(C=command["C"], max_iter=10_000)
    else:
        model = LinearSVC(C=command["C"])
    state["model"], times = timed(lambda: model.fit(matrix, codes))
    return times


def measure(command):
    matrix, codes = state["test"]
    model = state["model"]
    accuracy = accuracy_score(codes, model.predict(matrix))
    if not hasattr(model, "predict_proba"):
        return {"accuracy": accuracy}
    return {"accuracy": accuracy, "logLoss": log_loss(codes, model.predict_proba(matrix), labels=model.classes_)}


def index(command):
    matrix, _ = state["train"]
    state["index"] = NearestNeighbors(n_neighbors=command["count"], metric="cosine", algorithm="brute").fit(matrix)
    return {}


def query(command):
    """As many queries as asked for, in one batch or one by one."""
    matrix = state["test"][0][: command["queries"]]

    def work():
        if command["batch"]:
            return state["index"].kneighbors(matrix)[0]
        return np.vstack([state["index"].kneighbors(matrix[row])[0] for row in range(matrix.shape[0])])

    distances, times = timed(work)
    return {**times, "similarity": float((1 - distances).mean())}


commands = {"load": load, "fit": fit, "measure": measure, "index": index, "query": query}
for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = commands[request["do"]](request)
    except Exception as error:  # the caller reports it
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
