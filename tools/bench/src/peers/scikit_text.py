"""scikit-learn's side of text classification: a JSON command a line in, a JSON answer a line out."""
import json
import sys
import time

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score, log_loss
from sklearn.pipeline import make_pipeline

state = {}


def load(command):
    """Reads the same rows as the other side: JSON lines of [text, label], train and test."""
    for part in ("train", "test"):
        with open(command[part]) as file:
            rows = [json.loads(line) for line in file]
        state[part] = ([row[0] for row in rows], [row[1] for row in rows])
    return {"trainRows": len(state["train"][0]), "testRows": len(state["test"][0])}


def fit(command):
    texts, labels = state["train"]
    pipeline = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), min_df=command["minDocumentFrequency"], sublinear_tf=command["sublinearTf"]),
        LogisticRegression(C=command["C"], max_iter=1000),
    )
    started = time.perf_counter()
    pipeline.fit(texts, labels)
    seconds = time.perf_counter() - started
    state["pipeline"] = pipeline
    return {"seconds": seconds}


def measure(command):
    texts, labels = state["test"]
    probabilities = state["pipeline"].predict_proba(texts)
    classes = state["pipeline"].classes_
    predicted = classes[np.argmax(probabilities, axis=1)]
    return {
        "accuracy": accuracy_score(labels, predicted),
        "macroF1": f1_score(labels, predicted, average="macro"),
        "logLoss": log_loss(labels, probabilities, labels=classes),
    }


commands = {"load": load, "fit": fit, "measure": measure}
for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = commands[request["do"]](request)
    except Exception as error:  # the caller reports it
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
