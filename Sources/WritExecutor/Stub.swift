// WritExecutor
