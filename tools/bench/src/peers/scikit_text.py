"""scikit-learn's side of text classification: a JSON command a line in, a JSON answer a line out."""
import json
import sys
import time

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score, log_loss
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder

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


def vectorize(command):
    texts, _ = state["train"]
    started, used = time.perf_counter(), time.process_time()
    rows = TfidfVectorizer(ngram_range=(1, 2)).fit_transform(texts)
    return {"seconds": time.perf_counter() - started, "cpuSeconds": time.process_time() - used, "terms": rows.shape[1]}


def columns(texts):
    """Rows of categories, each a text of a JSON list."""
    return np.array([json.loads(text) for text in texts], dtype=object)


def fit_categories(command):
    texts, labels = state["train"]
    pipeline = make_pipeline(
        FunctionTransformer(columns),
        OneHotEncoder(handle_unknown="ignore"),
        LogisticRegression(C=command["C"], max_iter=300),
    )
    started = time.perf_counter()
    pipeline.fit(texts, labels)
    state["pipeline"] = pipeline
    return {"seconds": time.perf_counter() - started}


def measure(command):
    texts, labels = state["test"]
    probabilities = state["pipeline"].predict_proba(texts)
    classes = state["pipeline"].classes_
    predicted = classes[np.argmax(probabilities, axis=1)]
    known = set(labels) <= set(classes)
    return {
        "accuracy": accuracy_score(labels, predicted),
        "macroF1": f1_score(labels, predicted, average="macro"),
        "logLoss": log_loss(labels, probabilities, labels=classes) if known else None,
    }


commands = {"load": load, "fit": fit, "fitCategories": fit_categories, "measure": measure, "vectorize": vectorize}
for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = commands[request["do"]](request)
    except Exception as error:  # the caller reports it
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
