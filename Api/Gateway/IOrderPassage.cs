namespace ControlPlane.Api.Gateway;

/// <summary>Evaluates orders and cancels before they leave.</summary>
internal interface IOrderPassage
{
    /// <summary>Evaluates, and puts the grant on disk. For calls that place, change or cancel orders only.</summary>
    Task<PassageDecision> BeginAsync(GatewayCall call, CancellationToken cancellationToken);
}

/// <summary>A call that may be sent, once.</summary>
internal interface IPassageInFlight
{
    /// <summary>Puts on disk that it was sent, before the first byte leaves. False: do not send, refuse with DATA_UNAVAILABLE.</summary>
    Task<bool> SendingAsync();

    /// <summary>The provider's whole answer; it goes to the bot after this.</summary>
    Task AnsweredAsync(int httpStatus, ReadOnlyMemory<byte> body);

    /// <summary>No whole answer came: what became of the order is looked up.</summary>
    Task LostAsync();
}

/// <summary>Learns from what passes through.</summary>
internal interface IGatewayObserver
{
    /// <summary>The answer to a read whose operation teaches something. Never throws.</summary>
    Task SeenAsync(GatewayCall call, int httpStatus, ReadOnlyMemory<byte> body);
}
