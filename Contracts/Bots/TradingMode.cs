using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>Whether a bot trades with real money.</summary>
public enum TradingMode
{
    [JsonStringEnumMemberName("paper")] Paper = 0,
    [JsonStringEnumMemberName("live")] Live = 1,
}
