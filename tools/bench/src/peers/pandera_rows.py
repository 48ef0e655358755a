"""pandera's side of holding rows against expectations: a JSON command a line in, a JSON answer a line out."""
import json
import sys
import time

import pandas as pd
import pandera.pandas as pa

state = {}


def load(command):
    state["rows"] = pd.read_csv(command["file"], parse_dates=["opened_at", "resolved_at"], date_format="ISO8601")
    state["rows"]["opened_at"] = state["rows"]["opened_at"].dt.tz_localize(None)
    state["schema"] = pa.DataFrameSchema({name: pa.Column(nullable=True, checks=[check(**one) for one in checks]) for name, checks in command["columns"].items()},
                                         unique=None, checks=[compare(**one) for one in command["compares"]])
    for name in command["notNull"]:
        state["schema"].columns[name].nullable = False
    for name in command["unique"]:
        state["schema"].columns[name].unique = True
    return {"rowCount": len(state["rows"])}


def check(kind, **options):
    if kind == "range":
        return pa.Check.in_range(options["minimum"], options["maximum"])
    if kind == "enum":
        return pa.Check.isin(options["values"])
    if kind == "pattern":
        return pa.Check.str_matches(options["pattern"])
    return pa.Check.str_length(options["minimum"], options["maximum"])


def compare(column, other):
    return pa.Check(lambda rows: (rows[column] >= rows[other]) | rows[column].isna() | rows[other].isna())


def validate(_command):
    started = time.perf_counter()
    failures = 0
    try:
        state["schema"].validate(state["rows"], lazy=True)
    except pa.errors.SchemaErrors as error:
        failures = len(error.failure_cases)
    return {"seconds": time.perf_counter() - started, "failures": failures}


for line in sys.stdin:
    command = json.loads(line)
    try:
        answer = {"load": load, "validate": validate}[command["do"]](command)
    except Exception as error:  # told to whoever asked
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
