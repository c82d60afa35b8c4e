// WritPlanner
