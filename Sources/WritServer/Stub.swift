// WritServer
