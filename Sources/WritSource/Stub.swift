// WritSource
