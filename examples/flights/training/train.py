"""Learns the air time of a flight, in minutes, from its distance, destination, origin, carrier and hour."""

import json
import os

import joblib
import pandas
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder

FEATURES = ["distance", "dest", "origin", "carrier", "hour"]
CATEGORIES = ["dest", "origin", "carrier"]

with open(os.environ["WRIT_PARAMETERS"]) as file:
    parameters = json.load(file)["parameters"]

flights = pandas.read_csv(os.environ["WRIT_INPUT_FLIGHTS"])
print(f"{len(flights)} flights to learn from", flush=True)

model = make_pipeline(
    make_column_transformer(
        (OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1), CATEGORIES),
        remainder="passthrough",
    ),
    HistGradientBoostingRegressor(
        max_iter=parameters["iterations"], random_state=int(os.environ["WRIT_SEED"])
    ),
)
model.fit(flights[FEATURES], flights["air_time"])
error = (model.predict(flights[FEATURES]) - flights["air_time"]).abs().mean()
print(f"mean absolute error on the training flights: {error:.2f} minutes", flush=True)

with open(os.environ["WRIT_METRICS"], "a") as file:
    file.write(json.dumps({"metric": "training_mae", "value": round(error, 4)}) + "\n")
joblib.dump(model, os.path.join(os.environ["WRIT_OUTPUT_DIR"], "model.joblib"))
