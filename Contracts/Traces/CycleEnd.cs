using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>How a cycle of a bot ended: exactly one of these.</summary>
public enum CycleEnd
{
    /// <summary>The cycle broke off.</summary>
    [JsonStringEnumMemberName("error")] Error = 0,

    /// <summary>It looked, and found nothing to do.</summary>
    [JsonStringEnumMemberName("no_signal")] NoSignal = 1,

    /// <summary>It found a signal, and something held every order back.</summary>
    [JsonStringEnumMemberName("suppressed")] Suppressed = 2,

    /// <summary>At least one order was sent.</summary>
    [JsonStringEnumMemberName("traded")] Traded = 3,
}
