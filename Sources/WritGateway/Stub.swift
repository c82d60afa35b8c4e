// WritGateway
