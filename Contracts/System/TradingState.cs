using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>What orders may pass.</summary>
public enum TradingState
{
    /// <summary>Nothing passes.</summary>
    [JsonStringEnumMemberName("HALTED")] Halted = 0,

    /// <summary>No new exposure; cancels and exits pass.</summary>
    [JsonStringEnumMemberName("REDUCING")] Reducing = 1,
    [JsonStringEnumMemberName("ACTIVE")] Active = 2,
}
