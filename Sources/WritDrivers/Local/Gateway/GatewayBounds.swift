// Every bound of the controller's side of the gateway, with its unit in its name.

enum GatewayBounds {
    static let tableBytes = 16 << 20
    /// An answer may be a whole table.
    static let answerBytes = tableBytes + 1024
    static let answerMilliseconds = 2000
    /// From the start of the process to its first answer on the control socket.
    static let startMilliseconds = 15_000
    static let pollMilliseconds = 50
    /// How often a running gateway is looked at.
    static let watchMilliseconds = 1000
    /// The pause before the gateway is started again grows up to this.
    static let restartMillisecondsMax = 30_000
}
