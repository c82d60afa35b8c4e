// WritLedger
