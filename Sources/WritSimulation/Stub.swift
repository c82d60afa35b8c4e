// WritSimulation
