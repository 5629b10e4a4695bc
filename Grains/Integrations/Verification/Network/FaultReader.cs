using System.Net.Sockets;
using System.Security.Authentication;

namespace ControlPlane.Grains.Integrations.Verification.Network;

/// <summary>Names a network fault by the types of its exceptions, never by their texts.</summary>
internal static class FaultReader
{
    /// <param name="answered">True when the head of the answer had arrived.</param>
    public static string CodeOf(Exception exception, bool answered)
    {
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case VerifyFaultException fault:
                    return fault.Code;
                case SocketException socket:
                    return CodeOf(socket.SocketErrorCode);
                case AuthenticationException:
                    return VerifyCodes.TlsFailed;
                case TimeoutException:
                    return VerifyCodes.Timeout;
                default:
                    break;
            }
        }

        return CodeOf((exception as HttpRequestException)?.HttpRequestError ?? (exception as HttpIOException)?.HttpRequestError, answered);
    }

    private static string CodeOf(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => VerifyCodes.ConnectionRefused,
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery => VerifyCodes.DnsFailed,
        SocketError.TimedOut => VerifyCodes.Timeout,
        SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown or SocketError.HostDown => VerifyCodes.NetworkUnreachable,
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => VerifyCodes.ConnectionReset,
        _ => VerifyCodes.NetworkError,
    };

    private static string CodeOf(HttpRequestError? error, bool answered) => error switch
    {
        HttpRequestError.NameResolutionError => VerifyCodes.DnsFailed,
        HttpRequestError.SecureConnectionError => VerifyCodes.TlsFailed,
        HttpRequestError.ResponseEnded => answered ? VerifyCodes.UnreadableBody : VerifyCodes.ConnectionReset,
        HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded or HttpRequestError.HttpProtocolError =>
            answered ? VerifyCodes.UnreadableBody : VerifyCodes.InvalidResponse,
        _ => VerifyCodes.NetworkError,
    };
}
