namespace ControlPlane.Testing.Hub;

internal enum WebSocketOpcode : byte
{
    Continuation = 0,
    Text = 1,
    Close = 8,
    Ping = 9,
    Pong = 10,
}
