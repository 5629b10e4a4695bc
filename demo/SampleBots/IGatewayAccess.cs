namespace ControlPlane.SampleBots;

/// <summary>How the bots reach their providers: at the gateway's address, with the token of their lease. They hold no provider's key.</summary>
public interface IGatewayAccess
{
    /// <summary>Address of the gateway, with a slash at its end; null while the server does not listen.</summary>
    Uri? Address { get; }

    /// <summary>The token of a bot's lease, as a start over HTTP answers it; null when there is no operator's token to derive it from.</summary>
    string? LeaseToken(string botId, long epoch);
}
