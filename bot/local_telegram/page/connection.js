const PAUSES = [300, 600, 1200, 2500, 4000];

/** The page's line to the server; opens itself again whenever it breaks. */
export class Connection {
  /**
   * @param {number} user Whose phone this is.
   * @param {(event: object) => void} onEvent Gets each thing that the server says.
   * @param {(status: {open: boolean, failures: number}) => void} onStatus Failures since the line last stood.
   */
  constructor(user, onEvent, onStatus) {
    this._user = user;
    this._onEvent = onEvent;
    this._onStatus = onStatus;
    this._failures = 0;
    this._closed = false;
    this._timer = 0;
    this._open();
    this._onOnline = () => this.retry();
    window.addEventListener("online", this._onOnline);
  }

  get isOpen() {
    return this._socket?.readyState === WebSocket.OPEN;
  }

  /** Says something to the server. @returns {boolean} False where the line is down; then nothing was said. */
  send(event) {
    if (!this.isOpen) return false;
    this._socket.send(JSON.stringify(event));
    return true;
  }

  /** Tries at once instead of after the pause. */
  retry() {
    if (this._closed || this.isOpen || this._socket?.readyState === WebSocket.CONNECTING) return;
    clearTimeout(this._timer);
    this._open();
  }

  /** Hangs up for good. */
  close() {
    this._closed = true;
    clearTimeout(this._timer);
    window.removeEventListener("online", this._onOnline);
    this._socket?.close();
  }

  _open() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/phone/socket?user=${encodeURIComponent(this._user)}`);
    this._socket = socket;
    socket.addEventListener("open", () => {
      if (this._closed) return;
      this._failures = 0;
      this._onStatus({ open: true, failures: 0 });
    });
    socket.addEventListener("message", (message) => {
      if (!this._closed) this._onEvent(JSON.parse(message.data));
    });
    socket.addEventListener("close", () => {
      if (this._closed || this._socket !== socket) return;
      const pause = PAUSES[Math.min(this._failures, PAUSES.length - 1)];
      this._failures += 1;
      this._onStatus({ open: false, failures: this._failures });
      this._timer = setTimeout(() => this._open(), pause);
    });
  }
}
