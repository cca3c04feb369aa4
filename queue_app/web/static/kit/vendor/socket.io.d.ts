// What the product uses of the Socket.IO client, for the type checker.

// biome-ignore lint/suspicious/noExplicitAny: what an event brings is between its two ends
type Listener = (...values: any[]) => void;

export interface Socket {
  readonly connected: boolean;
  /** Whether the client will try again by itself. */
  readonly active: boolean;
  readonly id?: string;
  readonly io?: { readonly engine?: { close(): void } };
  on(event: string, listener: Listener): void;
  emit(event: string, ...values: unknown[]): void;
  /** The last value of the next emit is called with an error where no answer came in time. */
  timeout(ms: number): { emit(event: string, ...values: [...unknown[], Listener]): void };
  connect(): void;
  disconnect(): void;
}

export interface SocketOptions {
  transports?: string[];
  forceNew?: boolean;
  reconnectionDelay?: number;
  reconnectionDelayMax?: number;
  randomizationFactor?: number;
  timeout?: number;
  auth?: object;
}

export function io(options: SocketOptions): Socket;
export function io(url: string, options: SocketOptions): Socket;
