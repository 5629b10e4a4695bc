namespace ControlPlane.SampleBots;

/// <summary>How fast the sample bots work.</summary>
public sealed record SampleBotOptions
{
    /// <summary>Pause between two looks at the market.</summary>
    public TimeSpan Pace { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait for an answer of a provider, through the gateway.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
