namespace ControlPlane.ProviderSimulator;

/// <summary>How a provider misbehaves from now on.</summary>
public sealed record FaultOrder
{
    public SimulatedFault Fault { get; init; }

    /// <summary>Seconds for Retry-After: of <see cref="SimulatedFault.RateLimited"/> (7 when null) and of
    /// <see cref="SimulatedFault.Http503"/> (none when null).</summary>
    public int? RetryAfterS { get; init; }

    /// <summary>Milliseconds of waiting before the fault is played.</summary>
    public int DelayMs { get; init; }

    /// <summary>Only this many requests are hit, the scripted answers follow; null for all.</summary>
    public int? Count { get; init; }
}
