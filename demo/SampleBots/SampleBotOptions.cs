namespace ControlPlane.SampleBots;

/// <summary>Where the sample bots find their providers, and how fast they work.</summary>
public sealed record SampleBotOptions
{
    /// <summary>Base addresses; a slash at the end.</summary>
    public required Uri MarketData { get; init; }
    public required Uri Broker { get; init; }
    public required Uri Advisor { get; init; }

    /// <summary>Pause between two looks at the market.</summary>
    public TimeSpan Pace { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait for an answer of a provider.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(2);
}
