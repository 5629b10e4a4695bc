namespace ControlPlane.Api.Live.Hub;

/// <summary>What a client of the hub asked for.</summary>
/// <param name="InvocationId">Null when it wants no answer.</param>
internal sealed record HubRequest(HubRequestKind Kind, string? InvocationId = null);

internal enum HubRequestKind
{
    /// <summary>A ping, an acknowledgement: nothing to do.</summary>
    Nothing,
    Handshake,
    Subscribe,
    UnknownMethod,
    Close,

    /// <summary>Not the protocol: the connection ends.</summary>
    Malformed,
}
