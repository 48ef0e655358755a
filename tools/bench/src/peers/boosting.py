"""scikit-learn's and XGBoost's side of boosted trees: a JSON command a line in, a JSON answer a line out."""
import json
import sys
import time

import numpy as np
import xgboost
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import log_loss, roc_auc_score
from threadpoolctl import threadpool_limits

state = {}


def load(command):
    """Reads 32-bit floats and whole numbers: rows of features, then classes."""
    columns = command["columns"]
    for part in ("train", "test"):
        values = np.fromfile(command[part]["values"], dtype=np.float32).reshape(-1, columns)
        state[part] = (values, np.fromfile(command[part]["codes"], dtype=np.int32))
    return {}


def timed(work, threads):
    started, cpu = time.perf_counter(), time.process_time()
    with threadpool_limits(limits=threads):
        result = work()
    return result, {"seconds": time.perf_counter() - started, "cpuSeconds": time.process_time() - cpu}


def fit(command):
    values, codes = state["train"]
    threads, seed = command["threads"], command.get("seed", 0)
    if command["peer"] == "xgboost":
        model = xgboost.XGBClassifier(
            n_estimators=100, learning_rate=0.1, max_leaves=31, max_depth=0, grow_policy="lossguide", tree_method="hist",
            max_bin=256, reg_lambda=1.0, n_jobs=threads, random_state=seed,
        )
    else:
        model = HistGradientBoostingClassifier(max_iter=100, learning_rate=0.1, early_stopping=False, random_state=seed)
    state["model"], times = timed(lambda: model.fit(values, codes), threads)
    return times


def predict(command):
    values, _ = state["test"]
    state["probabilities"], times = timed(lambda: state["model"].predict_proba(values), command["threads"])
    return times


def measure(command):
    values, codes = state["test"]
    probabilities = state["model"].predict_proba(values)
    return {"auc": roc_auc_score(codes, probabilities[:, 1]), "logLoss": log_loss(codes, probabilities)}


commands = {"load": load, "fit": fit, "predict": predict, "measure": measure}
for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = commands[request["do"]](request)
    except Exception as error:  # the caller reports it
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
