"""Judges a model on flights its training never saw: how many minutes it is off."""

import json
import os

import joblib
import pandas

FEATURES = ["distance", "dest", "origin", "carrier", "hour"]

model = joblib.load(os.path.join(os.environ["WRIT_MODEL_DIR"], "model.joblib"))
flights = pandas.read_csv(os.environ["WRIT_INPUT_HOLDOUT"])
errors = (model.predict(flights[FEATURES]) - flights["air_time"]).abs()
print(f"{len(flights)} flights, mean absolute error {errors.mean():.2f} minutes", flush=True)

with open(os.environ["WRIT_METRICS"], "a") as file:
    for metric, value in {"mae": errors.mean(), "mae_p95": errors.quantile(0.95)}.items():
        file.write(json.dumps({"metric": metric, "value": round(float(value), 4)}) + "\n")
