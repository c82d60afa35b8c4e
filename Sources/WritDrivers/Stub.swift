// WritDrivers
